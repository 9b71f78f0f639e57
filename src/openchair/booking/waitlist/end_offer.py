"""Ends an open offer in one of its ways. What it kept is free again and goes to whoever comes
next: giving it back says so, and the job of the waitlist hears it. Called by the verbs beside it.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.hold import release_hold
from openchair.booking.waitlist.events import OfferAnswered
from openchair.booking.waitlist.queries import Entry, Offer
from openchair.booking.waitlist.tell import forget_offer
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.events.event import emit

_END = """
    UPDATE waitlist_offers SET status = $3, answered_at = $4
    WHERE salon_id = $1 AND id = $2 AND status = 'open'
"""


async def end_offer(
    session: AsyncSession,
    *,
    entry: Entry,
    offer: Offer,
    answer: str,
    by: Actor,
    answered_at: datetime | None,
    status: str = "waiting",
) -> bool:
    """End it as `answer` (declined, lapsed) and let the entry be `status`. Without `answered_at`
    nobody answered in time. Answers whether the message had not gone out yet.
    """
    await note_end(session, entry=entry, offer=offer, answer=answer, by=by, at=answered_at)
    connection = await driver(session)
    await connection.execute(
        "UPDATE waitlist_entries SET status = $3 WHERE salon_id = $1 AND id = $2",
        entry.salon_id,
        entry.id,
        status,
    )
    await release_hold(session, salon_id=entry.salon_id, hold_id=offer.hold_id)
    return await forget_offer(session, salon_id=entry.salon_id, entry_id=entry.id)


async def note_end(
    session: AsyncSession,
    *,
    entry: Entry,
    offer: Offer,
    answer: str,
    by: Actor,
    at: datetime | None,
) -> None:
    """Write the answer down, in the audit log too."""
    connection = await driver(session)
    await connection.execute(_END, entry.salon_id, offer.id, answer, at)
    await record(
        session,
        actor=by,
        action=f"waitlist.{answer}",
        resource_type="waitlist_entry",
        resource_id=entry.id,
        salon_id=entry.salon_id,
        metadata={"offer_id": offer.id, "start": offer.start},
    )
    await emit(
        session,
        OfferAnswered(
            salon_id=entry.salon_id, subject_id=entry.id, offer_id=offer.id, answer=answer
        ),
    )
