"""The client says yes: the held time becomes their visit. Doors run it by `attempt`."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.confirm import confirm_hold
from openchair.booking.appointments.request import Confirmed, CustomerDetails
from openchair.booking.waitlist.end_offer import note_end
from openchair.booking.waitlist.lock import lock_entry
from openchair.booking.waitlist.queries import Entry, get_entry_by_token
from openchair.booking.waitlist.tell import forget_offer
from openchair.identity.audit.record import Actor
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict
from openchair.salons.queries import Salon

SOURCE = "waitlist"
TERMS = {"terms": True}
"""The button says that the terms are agreed to."""


async def accept_offer(
    session: AsyncSession, *, salon: Salon, token: str, by: Actor, now: datetime
) -> Confirmed:
    """Book what was offered; a second yes gets the same booking.

    Raises `NotFound`; `Conflict` (`offer_over` when there is none, `hold_expired`,
    `customer_busy`, and what else keeps a hold from being booked).
    """
    found = await get_entry_by_token(session, salon_id=salon.id, token=token)
    entry = await lock_entry(session, salon_id=salon.id, entry_id=found.id)
    if entry.open is None:
        if entry.status == "booked":
            return await _booked_before(session, entry)
        raise Conflict("This time is no longer kept for you.", code="offer_over")
    confirmed = await confirm_hold(
        session,
        salon=salon,
        hold_id=entry.open.hold_id,
        customer=CustomerDetails(
            name=entry.name, email=entry.email, phone=entry.phone, language=entry.language
        ),
        consents=TERMS,
        note=entry.note,
        source=SOURCE,
        actor=by,
        now=now,
    )
    await note_end(session, entry=entry, offer=entry.open, answer="accepted", by=by, at=now)
    connection = await driver(session)
    await connection.execute(
        """
        UPDATE waitlist_entries SET status = 'booked', booking_id = $3
        WHERE salon_id = $1 AND id = $2
        """,
        salon.id,
        entry.id,
        confirmed.booking_id,
    )
    await forget_offer(session, salon_id=salon.id, entry_id=entry.id)
    return confirmed


async def _booked_before(session: AsyncSession, entry: Entry) -> Confirmed:
    connection = await driver(session)
    (row,) = await connection.fetch(
        """
        SELECT id, manage_token, status, appointment_date, ends_at FROM bookings
        WHERE salon_id = $1 AND id = $2
        """,
        entry.salon_id,
        entry.booking_id,
    )
    return Confirmed(
        booking_id=row["id"],
        manage_token=row["manage_token"],
        status=row["status"],
        start=row["appointment_date"],
        end=row["ends_at"],
        replayed=True,
    )
