"""Jobs of the waitlist: offering what is free again, ending what time has ended, and what the desk
has booked over.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.waitlist.doubled import end_doubled_offers
from openchair.booking.waitlist.lapse import expire_entries, lapse_offers
from openchair.booking.waitlist.next_one import offer_next
from openchair.booking.waitlist.queries import Offer
from openchair.booking.waitlist.quiet import quiet_end
from openchair.booking.waitlist.rules import Stretch
from openchair.platform.clock import utc_now
from openchair.platform.db.attempt import attempt
from openchair.platform.jobs.loops import loop
from openchair.platform.jobs.queue import JobContext, enqueue, job
from openchair.salons.queries import get_salon_by_id

FREED_JOB = "waitlist.freed"
DOUBLED_JOB = "waitlist.doubled"
MOST_OFFERS = 100
LAPSE_SECONDS = 5.0


@job(FREED_JOB)
async def offer_what_is_freed(context: JobContext, payload: dict[str, Any]) -> None:
    """Offer it to one after the other, each in a transaction of its own, until nobody wants what
    is left. By night nobody is asked: the job comes back in the morning.
    """
    salon_id = UUID(payload["salon_id"])
    stretches = [
        Stretch(UUID(who), datetime.fromisoformat(start), datetime.fromisoformat(end))
        for who, start, end in payload["stretches"]
    ]

    async def work(session: AsyncSession) -> Offer | None:
        now = utc_now()
        salon = await get_salon_by_id(session, salon_id=salon_id)
        if (morning := await quiet_end(session, salon=salon, now=now)) is not None:
            await enqueue(session, FREED_JOB, payload, run_at=morning)
            return None
        return await offer_next(session, salon=salon, stretches=stretches, now=now)

    for _ in range(MOST_OFFERS):
        if await attempt(context.database, work) is None:
            return


@job(DOUBLED_JOB)
async def end_what_is_doubled(context: JobContext, payload: dict[str, Any]) -> None:
    """A visit was booked or moved; offers of the time it was booked over are over."""

    async def work(session: AsyncSession) -> None:
        salon = await get_salon_by_id(session, salon_id=UUID(payload["salon_id"]))
        await end_doubled_offers(
            session, salon=salon, booking_id=UUID(payload["subject_id"]), now=utc_now()
        )

    await attempt(context.database, work)


@loop("waitlist.lapse", every=LAPSE_SECONDS)
async def lapse(context: JobContext) -> bool:
    """End offers that nobody answered in time; their time goes to whoever comes next."""
    async with context.database.transaction() as session:
        return await lapse_offers(session, now=utc_now())


@job("waitlist.expire", cron="7 * * * *")
async def expire(context: JobContext, _payload: dict[str, Any]) -> None:
    """End wishes whose days are past; at midnight of each salon's own zone, or soon after."""
    async with context.database.transaction() as session:
        await expire_entries(session, now=utc_now())
