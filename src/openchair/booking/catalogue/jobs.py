"""Jobs of the catalogue."""

from typing import Any
from uuid import UUID

from openchair.booking.catalogue.images import FORGET_JOB, forget_unused
from openchair.platform.jobs.queue import JobContext, job


@job(FORGET_JOB)
async def forget_image(context: JobContext, payload: dict[str, Any]) -> None:
    """A picture that was replaced a day ago."""
    async with context.database.transaction() as session:
        await forget_unused(
            session,
            salon_id=UUID(payload["salon_id"]),
            picture_id=UUID(payload["picture_id"]),
        )
