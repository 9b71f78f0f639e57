"""The team's marks on a visit: the client is here, did not come, or neither after all."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.events import ClientArrived, ClientDidNotShow, MarkUndone
from openchair.booking.appointments.lock import lock_booking
from openchair.booking.appointments.queries import Booking
from openchair.booking.appointments.rules import must_be_expected
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict
from openchair.platform.events.event import emit

_MARK = """
    UPDATE bookings
    SET status = $3,
        arrived_at = CASE WHEN $3 = 'arrived' THEN $4::timestamptz END,
        no_show_at = CASE WHEN $3 = 'no_show' THEN $4::timestamptz END
    WHERE salon_id = $1 AND id = $2
"""


async def mark_arrived(
    session: AsyncSession, *, salon_id: UUID, booking_id: UUID, by: Actor, now: datetime
) -> None:
    """The client is here. Pressed twice it stays once. Raises `NotFound`, `Conflict`."""
    booking = await lock_booking(session, salon_id=salon_id, booking_id=booking_id)
    if booking.status == "arrived":
        return
    must_be_expected(booking)
    await _mark(session, booking, "arrived", by, now)
    await emit(session, ClientArrived(salon_id=salon_id, subject_id=booking_id))


async def mark_no_show(
    session: AsyncSession, *, salon_id: UUID, booking_id: UUID, by: Actor, now: datetime
) -> None:
    """The client did not come; only once the visit should have begun.

    Raises `NotFound`, `Conflict` (`too_early`, `not_expected`).
    """
    booking = await lock_booking(session, salon_id=salon_id, booking_id=booking_id)
    if booking.status == "no_show":
        return
    must_be_expected(booking)
    if now < booking.start:
        raise Conflict(
            "The appointment has not begun yet; the client may still come.", code="too_early"
        )
    await _mark(session, booking, "no_show", by, now)
    await emit(session, ClientDidNotShow(salon_id=salon_id, subject_id=booking_id))


async def undo_mark(
    session: AsyncSession, *, salon_id: UUID, booking_id: UUID, by: Actor, now: datetime
) -> None:
    """Neither arrived nor missed after all: the visit is expected again.

    Raises `NotFound`, `Conflict` (`not_marked`) for a visit that is cancelled.
    """
    booking = await lock_booking(session, salon_id=salon_id, booking_id=booking_id)
    if booking.status == "confirmed":
        return
    if booking.status == "cancelled":
        raise Conflict(
            "This appointment was cancelled. Restore it instead, if its time is still free.",
            code="not_marked",
        )
    await _mark(session, booking, "confirmed", by, now)
    await emit(session, MarkUndone(salon_id=salon_id, subject_id=booking_id, undone=booking.status))


async def _mark(
    session: AsyncSession, booking: Booking, status: str, by: Actor, now: datetime
) -> None:
    connection = await driver(session)
    await connection.execute(_MARK, booking.salon_id, booking.id, status, now)
    await record(
        session,
        actor=by,
        action="mark",
        resource_type="booking",
        resource_id=booking.id,
        salon_id=booking.salon_id,
        metadata={"before": booking.status, "after": status},
    )
