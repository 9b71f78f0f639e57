"""Keeps a photo of a client's hair or skin, and takes one off, files and all. Never public."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.notes.queries import MOST_PHOTOS
from openchair.customers.profiles.acts import record_act
from openchair.customers.profiles.edit import editable
from openchair.customers.profiles.words import clean_lines
from openchair.identity.audit.record import Actor
from openchair.media.forget import forget_picture
from openchair.media.keep import keep_picture
from openchair.media.queries import Picture, get_picture
from openchair.platform.errors import Conflict, NotFound
from openchair.platform.ids import new_id

CAPTION_LENGTH = 200


async def keep_photo(
    session: AsyncSession,
    *,
    salon_id: UUID,
    client_id: UUID,
    content: bytes,
    caption: str = "",
    by: Actor,
) -> UUID:
    """The photo's id. Raises `NotFound`, `Invalid` on `picture` or `caption`, `Conflict`
    (`client_gone`, `photos_full` at sixty), `Unavailable`.
    """
    said = clean_lines(caption, field="caption", most=CAPTION_LENGTH)
    await editable(session, salon_id=salon_id, client_id=client_id)
    values = {"salon_id": salon_id, "client_id": client_id}
    if (await session.execute(_COUNT, values)).scalar_one() >= MOST_PHOTOS:
        raise Conflict(
            f"There are {MOST_PHOTOS} photos of this client. Please delete one first.",
            code="photos_full",
        )
    kept = await keep_picture(session, salon_id=salon_id, purpose="client", content=content)
    photo_id = new_id()
    more = {"id": photo_id, "media_id": kept.id, "caption": said, "by": by.user_id}
    await session.execute(_INSERT, {**values, **more})
    await record_act(
        session,
        salon_id=salon_id,
        client_id=client_id,
        action="photo",
        by=by,
        said={"photo_id": str(photo_id)},
    )
    return photo_id


async def remove_photo(
    session: AsyncSession, *, salon_id: UUID, client_id: UUID, photo_id: UUID, by: Actor
) -> None:
    """Delete it for good. Raises `NotFound`."""
    values = {"salon_id": salon_id, "client_id": client_id, "id": photo_id}
    media_id = await session.scalar(_DELETE, values)
    if media_id is None:
        raise _no_photo()
    await forget_picture(session, salon_id=salon_id, picture_id=media_id)
    await record_act(
        session,
        salon_id=salon_id,
        client_id=client_id,
        action="photo_removed",
        by=by,
        said={"photo_id": str(photo_id)},
    )


async def get_photo(
    session: AsyncSession, *, salon_id: UUID, client_id: UUID, photo_id: UUID
) -> Picture:
    """The picture behind the photo. Raises `NotFound`."""
    values = {"salon_id": salon_id, "client_id": client_id, "id": photo_id}
    media_id = await session.scalar(_MEDIA, values)
    if media_id is None:
        raise _no_photo()
    return await get_picture(session, salon_id=salon_id, picture_id=media_id)


def _no_photo() -> NotFound:
    return NotFound("There is no such photo.", code="photo_not_found")


_WHICH = "salon_id = :salon_id AND customer_id = :client_id"
_COUNT = text(f"SELECT count(*) FROM customer_photos WHERE {_WHICH}")  # noqa: S608 - ours
_MEDIA = text(f"SELECT media_id FROM customer_photos WHERE {_WHICH} AND id = :id")  # noqa: S608
_DELETE = text(
    f"DELETE FROM customer_photos WHERE {_WHICH} AND id = :id RETURNING media_id"  # noqa: S608
)
_INSERT = text("""
    INSERT INTO customer_photos (salon_id, id, customer_id, media_id, caption, taken_by)
    VALUES (:salon_id, :id, :client_id, :media_id, :caption, :by)
""")
