"""Jobs of bookings: ending holds that nobody used, telling a salon's own software."""

from typing import Any
from uuid import UUID

from openchair.booking.appointments.announce import announce
from openchair.booking.appointments.hold import lapse_holds, sweep_expired_holds
from openchair.platform.clock import utc_now
from openchair.platform.jobs.loops import loop
from openchair.platform.jobs.queue import JobContext, job

ANNOUNCE_JOB = "appointments.announce"
LAPSE_SECONDS = 5.0


@loop("appointments.lapse_holds", every=LAPSE_SECONDS)
async def lapse(context: JobContext) -> bool:
    """Say that the time of holds nobody used is free again; somebody may be waiting for it."""
    async with context.database.transaction() as session:
        return await lapse_holds(session, now=utc_now())


@job("appointments.sweep_holds", cron="*/5 * * * *")
async def sweep_holds(context: JobContext, _payload: dict[str, Any]) -> None:
    """Delete expired holds; they stopped blocking the moment they expired, swept or not."""
    async with context.database.transaction() as session:
        await sweep_expired_holds(session, now=utc_now())


@job(ANNOUNCE_JOB)
async def announce_booking(context: JobContext, payload: dict[str, Any]) -> None:
    """Put what happened to a booking on its way to the salon's endpoints."""
    async with context.database.transaction() as session:
        await announce(
            session,
            salon_id=UUID(payload["salon_id"]),
            booking_id=UUID(payload["subject_id"]),
            event_id=UUID(payload["event_id"]),
        )
