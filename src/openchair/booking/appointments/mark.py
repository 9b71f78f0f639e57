"""The team's marks on a visit: the client is here, in the chair, done, has paid or did not come,
and each of them taken back. None of them before the visit's own day.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.events import (
    ClientArrived,
    ClientDidNotShow,
    ClientInChair,
    MarkUndone,
    VisitDone,
    VisitPaid,
)
from openchair.booking.appointments.lock import lock_booking
from openchair.booking.appointments.queries import Booking
from openchair.booking.appointments.rules import (
    OPEN,
    before_mark,
    changed_meanwhile,
    must_be_expected,
    must_be_its_day,
    must_come_after,
)
from openchair.booking.appointments.snapshot import kept, snapshot_of
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict
from openchair.platform.events.event import Event, emit

_MARK = """
    UPDATE bookings
    SET status = $3, arrived_at = $4, in_chair_at = $5, done_at = $6, paid_at = $7, no_show_at = $8
    WHERE salon_id = $1 AND id = $2
"""
_STAMPS = {
    "arrived": "arrived_at",
    "in_chair": "in_chair_at",
    "done": "done_at",
    "paid": "paid_at",
}
_EVENTS: dict[str, type[Event]] = {
    "arrived": ClientArrived,
    "in_chair": ClientInChair,
    "done": VisitDone,
    "paid": VisitPaid,
}


async def mark_arrived(
    session: AsyncSession, *, salon_id: UUID, booking_id: UUID, by: Actor, now: datetime
) -> None:
    """The client is here. Pressed twice it stays once. Raises `NotFound`, `Conflict`
    (`too_early`, `not_expected`).
    """
    booking = await lock_booking(session, salon_id=salon_id, booking_id=booking_id)
    await _forward(session, booking, "arrived", by, now)


async def mark_in_chair(
    session: AsyncSession, *, salon_id: UUID, booking_id: UUID, by: Actor, now: datetime
) -> None:
    """The work has begun. Pressed twice it stays once. Raises `NotFound`, `Conflict`
    (`too_early`, `not_expected`).
    """
    booking = await lock_booking(session, salon_id=salon_id, booking_id=booking_id)
    await _forward(session, booking, "in_chair", by, now)


async def mark_done(
    session: AsyncSession, *, salon_id: UUID, booking_id: UUID, by: Actor, now: datetime
) -> None:
    """The work is done. Pressed twice it stays once. Raises `NotFound`, `Conflict`
    (`too_early`, `not_expected`).
    """
    booking = await lock_booking(session, salon_id=salon_id, booking_id=booking_id)
    await _forward(session, booking, "done", by, now)


async def mark_paid(
    session: AsyncSession, *, salon_id: UUID, booking_id: UUID, by: Actor, now: datetime
) -> None:
    """The client has paid. Pressed twice it stays once. Raises `NotFound`, `Conflict`
    (`too_early`, `not_expected`).
    """
    booking = await lock_booking(session, salon_id=salon_id, booking_id=booking_id)
    await _forward(session, booking, "paid", by, now)


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
    await _mark(session, booking, replace(booking, status="no_show", no_show_at=now), by)
    await emit(session, ClientDidNotShow(salon_id=salon_id, subject_id=booking_id))


async def undo_mark(
    session: AsyncSession,
    *,
    salon_id: UUID,
    booking_id: UUID,
    by: Actor,
    now: datetime,  # noqa: ARG001 - as all marks
    marked: str | None = None,
) -> None:
    """Take the last mark back: the visit is again what it was before. `marked` is the status that
    whoever undoes it saw.

    Raises `NotFound`, `Conflict` (`not_marked` for a visit that is cancelled; `changed_meanwhile`
    when it is not `marked` any more).
    """
    booking = await lock_booking(session, salon_id=salon_id, booking_id=booking_id)
    if marked is not None and booking.status != marked:
        raise changed_meanwhile()
    if booking.status == "confirmed":
        return
    if booking.status == "cancelled":
        raise Conflict(
            "This appointment was cancelled. Restore it instead, if its time is still free.",
            code="not_marked",
        )
    await _mark(session, booking, _as_before(booking), by)
    await emit(session, MarkUndone(salon_id=salon_id, subject_id=booking_id, undone=booking.status))


async def _forward(
    session: AsyncSession, booking: Booking, status: str, by: Actor, now: datetime
) -> None:
    if booking.status == status:
        return
    must_come_after(booking, status)
    must_be_its_day(booking, now)
    marked = replace(booking, **{"status": status, _STAMPS[status]: now})  # type: ignore[arg-type]
    await _mark(session, booking, marked, by)
    await emit(session, _EVENTS[status](salon_id=booking.salon_id, subject_id=booking.id))


def _as_before(booking: Booking) -> Booking:
    """Without the moments of what it is not any more."""
    status = before_mark(booking)
    ahead = OPEN[OPEN.index(status) + 1 :]
    gone = {_STAMPS[each]: None for each in ahead}
    return replace(booking, status=status, no_show_at=None, **gone)  # type: ignore[arg-type]


async def _mark(session: AsyncSession, booking: Booking, marked: Booking, by: Actor) -> None:
    before = await snapshot_of(session, booking=booking)
    connection = await driver(session)
    await connection.execute(
        _MARK,
        booking.salon_id,
        booking.id,
        marked.status,
        marked.arrived_at,
        marked.in_chair_at,
        marked.done_at,
        marked.paid_at,
        marked.no_show_at,
    )
    after = await snapshot_of(session, booking=marked)
    await record(
        session,
        actor=by,
        action="mark",
        resource_type="booking",
        resource_id=booking.id,
        salon_id=booking.salon_id,
        metadata={"before": booking.status, "after": marked.status, **kept(before, after)},
    )
