"""Ends the offers whose time the desk has booked over on purpose: who was asked would say yes to a
time that is somebody else's. Called by the job that hears of bookings.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.waitlist.take_back import take_back_offer
from openchair.identity.audit.record import SYSTEM
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict
from openchair.salons.queries import Salon

SOMEBODY_ASKED = (
    "EXISTS (SELECT FROM waitlist_offers"
    " WHERE waitlist_offers.salon_id = {salon_id} AND waitlist_offers.status = 'open')"
)
_DOUBLED = """
    SELECT DISTINCT o.entry_id, o.id
    FROM occupancy mine
    JOIN occupancy kept ON kept.salon_id = mine.salon_id AND kept.state = 'held'
        AND kept.resource_id = mine.resource_id AND kept.during && mine.during
    JOIN waitlist_offers o ON o.salon_id = kept.salon_id AND o.hold_id = kept.hold_id
        AND o.status = 'open'
    WHERE mine.salon_id = $1 AND mine.booking_id = $2 AND mine.state = 'overbooked'
    ORDER BY o.entry_id
"""


async def end_doubled_offers(
    session: AsyncSession, *, salon: Salon, booking_id: UUID, now: datetime
) -> None:
    """End the open offers of what this visit was booked over, each with an apology. One that was
    answered meanwhile stays: the desk wanted both.
    """
    connection = await driver(session)
    for entry_id, offer_id in await connection.fetch(_DOUBLED, salon.id, booking_id):
        try:
            await take_back_offer(
                session, salon=salon, entry_id=entry_id, offer_id=offer_id, by=SYSTEM, now=now
            )
        except Conflict:
            continue  # answered this very moment


def somebody_was_asked(salon_id: str) -> str:
    """The condition in SQL for queueing the job at all; `salon_id` is SQL too."""
    return SOMEBODY_ASKED.format(salon_id=salon_id)
