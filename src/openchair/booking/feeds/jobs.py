"""Jobs of the calendar feeds."""

from typing import Any
from uuid import UUID

from openchair.booking.feeds.address import end_address
from openchair.identity.audit.record import SYSTEM
from openchair.platform.clock import utc_now
from openchair.platform.jobs.queue import JobContext, job

END_JOB = "feeds.end"


@job(END_JOB)
async def end_feed(context: JobContext, payload: dict[str, Any]) -> None:
    """Who is this stylist no longer reads their visits no longer: the private address ends."""
    async with context.database.transaction() as session:
        await end_address(
            session,
            salon_id=UUID(payload["salon_id"]),
            staff_id=UUID(payload["subject_id"]),
            by=SYSTEM,
            now=utc_now(),
        )
