"""The client says no to a time: it goes to the next one, and they go on waiting."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.waitlist.end_offer import end_offer
from openchair.booking.waitlist.lock import lock_entry
from openchair.booking.waitlist.queries import Entry, get_entry_by_token
from openchair.identity.audit.record import Actor
from openchair.salons.queries import Salon


async def decline_offer(
    session: AsyncSession, *, salon: Salon, token: str, by: Actor, now: datetime
) -> Entry:
    """Give the time back; without an open offer nothing happens. Raises `NotFound`."""
    found = await get_entry_by_token(session, salon_id=salon.id, token=token)
    entry = await lock_entry(session, salon_id=salon.id, entry_id=found.id)
    if entry.open is not None:
        await end_offer(
            session, entry=entry, offer=entry.open, answer="declined", by=by, answered_at=now
        )
    return entry
