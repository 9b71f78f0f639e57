"""Jobs of bookings: sweeping away holds that nobody used."""

from typing import Any

from openchair.booking.appointments.hold import sweep_expired_holds
from openchair.platform.clock import utc_now
from openchair.platform.jobs.queue import JobContext, job


@job("appointments.sweep_holds", cron="*/5 * * * *")
async def sweep_holds(context: JobContext, _payload: dict[str, Any]) -> None:
    """Delete expired holds; they stopped blocking the moment they expired, swept or not."""
    async with context.database.transaction() as session:
        await sweep_expired_holds(session, now=utc_now())
