"""Ends what time has ended: offers nobody answered, wishes whose days are past. Called by the
worker; a late turn is as good as one in time, since a hold stops blocking by itself.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.waitlist.end_offer import end_offer
from openchair.booking.waitlist.lock import lock_entry
from openchair.identity.audit.record import SYSTEM
from openchair.platform.db.driver import driver

AT_ONCE = 50
_LAPSED = """
    SELECT salon_id, entry_id, id FROM waitlist_offers
    WHERE status = 'open' AND expires_at <= $1 ORDER BY expires_at LIMIT $2
"""
_EXPIRE = """
    UPDATE waitlist_entries SET status = 'expired' WHERE (salon_id, id) IN (
        SELECT e.salon_id, e.id FROM waitlist_entries e JOIN salons s ON s.id = e.salon_id
        WHERE e.status = 'waiting'
          AND e.last_date + (e.to_minute > 1440)::int < ($1 AT TIME ZONE s.time_zone)::date
        LIMIT 1000 FOR NO KEY UPDATE OF e SKIP LOCKED
    )
"""


async def lapse_offers(session: AsyncSession, *, now: datetime) -> bool:
    """End the offers whose time to answer is over; answers whether there may be more."""
    connection = await driver(session)
    found = await connection.fetch(_LAPSED, now, AT_ONCE)
    for salon_id, entry_id, offer_id in found:
        entry = await lock_entry(session, salon_id=salon_id, entry_id=entry_id)
        if entry.open is not None and entry.open.id == offer_id:
            await end_offer(
                session,
                entry=entry,
                offer=entry.open,
                answer="lapsed",
                by=SYSTEM,
                answered_at=None,
            )
    return len(found) == AT_ONCE


async def expire_entries(session: AsyncSession, *, now: datetime) -> None:
    """End the wishes whose last day is past, by each salon's own calendar."""
    connection = await driver(session)
    await connection.execute(_EXPIRE, now)
