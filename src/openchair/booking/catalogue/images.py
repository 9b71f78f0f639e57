"""Pictures that services and people let go of: forgotten a day later, unless somebody took them
back by undoing. Called by every verb that changes an `image_id`, and by the job.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.models import ServiceRow, StaffRow
from openchair.media.forget import forget_picture
from openchair.platform.clock import utc_now
from openchair.platform.jobs.queue import enqueue

FORGET_JOB = "catalogue.forget_image"
KEPT_FOR = timedelta(days=1)


async def let_go(session: AsyncSession, *, salon_id: UUID, picture_id: UUID) -> None:
    """Nobody shows this picture any more: forget it in a day, if that is so still."""
    await enqueue(
        session,
        FORGET_JOB,
        {"salon_id": salon_id, "picture_id": picture_id},
        run_at=utc_now() + KEPT_FOR,
    )


async def forget_unused(session: AsyncSession, *, salon_id: UUID, picture_id: UUID) -> bool:
    """Forget the picture when no service and nobody of the team shows it; answers whether."""
    for table in (ServiceRow, StaffRow):
        shown = await session.scalar(
            select(table.id).where(table.salon_id == salon_id, table.image_id == picture_id)
        )
        if shown is not None:
            return False
    return await forget_picture(session, salon_id=salon_id, picture_id=picture_id)
