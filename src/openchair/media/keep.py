"""Keeps a picture for a salon: its files first, then the row that makes them known.

Called by the doors of the console. A transaction that fails after it leaves files without a row
behind; `sweep.py` finds them.
"""

from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.media.keys import file_of, key_of
from openchair.media.make import make
from openchair.media.models import MediaFileRow
from openchair.media.queries import Picture, get_picture
from openchair.media.rules import CONTENT_TYPE, PURPOSES
from openchair.platform.ids import new_id
from openchair.platform.storage.store import put


async def keep_picture(
    session: AsyncSession, *, salon_id: UUID, purpose: str, content: bytes
) -> Picture:
    """A picture made anew from `content`; `purpose` is `service`, `staff` or `client`, and only the
    first two are ever public.

    Raises `Invalid` (field `picture`) for what is no picture or too much of one, `Unavailable` when
    the storage is away.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"no picture is kept for {purpose}")
    made = await make(content)
    picture_id = new_id()
    key = key_of(salon_id, picture_id)
    for width, written in made.files.items():
        await put(file_of(key, width), written)
    await session.execute(
        insert(MediaFileRow).values(
            salon_id=salon_id,
            id=picture_id,
            key=key,
            purpose=purpose,
            content_type=CONTENT_TYPE,
            size=sum(len(written) for written in made.files.values()),
            width=made.width,
            height=made.height,
        )
    )
    return await get_picture(session, salon_id=salon_id, picture_id=picture_id)
