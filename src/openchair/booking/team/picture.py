"""Gives somebody of the team a picture, another one, or none. Called by the team's pages."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.models import StaffRow
from openchair.identity.audit.record import Actor, record
from openchair.media.forget import forget_picture
from openchair.media.keep import keep_picture
from openchair.platform.errors import NotFound


async def set_picture(
    session: AsyncSession, *, salon_id: UUID, staff_id: UUID, content: bytes | None, by: Actor
) -> None:
    """Let this be the picture clients see; None takes it away. The former one is forgotten.

    Raises `NotFound`, `Invalid` (field `picture`), `Unavailable` when the storage is away.
    """
    row = (
        await session.execute(
            select(StaffRow.image_id)
            .where(StaffRow.salon_id == salon_id, StaffRow.id == staff_id)
            .with_for_update()
        )
    ).one_or_none()
    if row is None:
        raise NotFound("We do not find this person in the team.", code="member_not_found")
    fresh = None
    if content is not None:
        kept = await keep_picture(session, salon_id=salon_id, purpose="staff", content=content)
        fresh = kept.id
    await session.execute(
        update(StaffRow)
        .where(StaffRow.salon_id == salon_id, StaffRow.id == staff_id)
        .values(image_id=fresh)
    )
    if row.image_id is not None:
        await forget_picture(session, salon_id=salon_id, picture_id=row.image_id)
    await record(
        session,
        actor=by,
        action="member.picture",
        resource_type="staff",
        resource_id=staff_id,
        salon_id=salon_id,
        metadata={"before": row.image_id is not None, "after": fresh is not None},
    )
