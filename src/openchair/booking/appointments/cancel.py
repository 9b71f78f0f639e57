"""Calls a visit off: its time is free at once, the client is told. And takes that back."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.events import BookingCancelled
from openchair.booking.appointments.lock import lock_booking
from openchair.booking.appointments.queries import Booking
from openchair.booking.appointments.rules import may_cancel, must_be_as_seen
from openchair.booking.appointments.snapshot import Snapshot, kept, snapshot_of
from openchair.booking.appointments.tell import CANCELLED, forget_time, tell_client, told_of
from openchair.booking.occupancy.take import give_back
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.errors import Invalid
from openchair.platform.events.event import emit
from openchair.salons.queries import Salon

REASON_LENGTH = 500


async def cancel_booking(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    by: Actor,
    reason: str = "",
    tell: bool = True,
    seen: str | None = None,
    now: datetime,
) -> Booking:
    """Cancel the visit and answer it as it was; one that is cancelled already stays as it is.

    Clients keep to the deadline. `seen` is the status that whoever cancels it saw. Raises
    `NotFound`, `Conflict` (`too_late`, `not_expected`), `Invalid` on `reason`.
    """
    reason = reason.replace("\x00", "").strip()
    if len(reason) > REASON_LENGTH:
        raise Invalid(f"Please keep the reason under {REASON_LENGTH} characters.", field="reason")
    booking = await lock_booking(session, salon_id=salon.id, booking_id=booking_id)
    if booking.status == "cancelled":
        return booking
    must_be_as_seen(booking, seen)
    may_cancel(booking, salon, by, now)
    before = await snapshot_of(session, booking=booking)
    connection = await driver(session)
    await connection.execute(
        """
        UPDATE bookings
        SET status = 'cancelled', cancelled_at = $3, cancel_reason = $4, revision = revision + 1
        WHERE salon_id = $1 AND id = $2
        """,
        salon.id,
        booking_id,
        now,
        reason,
    )
    await give_back(session, salon_id=salon.id, booking_id=booking_id)
    cancelled = replace(
        booking,
        status="cancelled",
        cancelled_at=now,
        cancel_reason=reason,
        revision=booking.revision + 1,
    )
    await _record(session, cancelled, before, by)
    await _announce(session, cancelled, by, now, tell=tell)
    return booking


async def _record(session: AsyncSession, booking: Booking, before: Snapshot, by: Actor) -> None:
    after = await snapshot_of(session, booking=booking)
    await record(
        session,
        actor=by,
        action="cancel",
        resource_type="booking",
        resource_id=booking.id,
        salon_id=booking.salon_id,
        metadata={
            "before": before["status"],
            "after": "cancelled",
            "reason": booking.cancel_reason,
            **kept(before, after),
        },
    )


async def _announce(
    session: AsyncSession, booking: Booking, by: Actor, now: datetime, *, tell: bool
) -> None:
    await forget_time(session, salon_id=booking.salon_id, booking_id=booking.id)
    if tell and booking.end > now:
        await tell_client(
            session,
            kind=CANCELLED,
            told=told_of(booking, by_salon=by.kind == "user"),
            now=now,
        )
    await emit(
        session,
        BookingCancelled(salon_id=booking.salon_id, subject_id=booking.id, start=booking.start),
    )
