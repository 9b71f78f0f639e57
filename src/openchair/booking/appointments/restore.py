"""Puts a cancelled visit back, if its time is still free."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.change import WALK_IN
from openchair.booking.appointments.events import BookingRestored
from openchair.booking.appointments.lock import lock_booking
from openchair.booking.appointments.place import PlacedVisit, place_visit
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.snapshot import Snapshot, kept, snapshot_of
from openchair.booking.appointments.tell import CONFIRMED, forget_time, tell_client, told_of
from openchair.booking.occupancy.take import Segment, take
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.events.event import emit
from openchair.salons.queries import Salon


async def restore_booking(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    by: Actor,
    tell: bool = True,
    now: datetime,
) -> None:
    """Take the time again for the same people and tell the client it is on after all.

    Not cancelled: nothing happens. Raises `NotFound`, `Conflict` (`time_taken` with
    `alternatives`). Run it by `attempt`.
    """
    booking = await lock_booking(session, salon_id=salon.id, booking_id=booking_id)
    if booking.status != "cancelled":
        return
    visit = await place_visit(
        session,
        salon=salon,
        service_ids=[each.service_id for each in booking.appointments],
        staff_ids=[each.staff_id for each in booking.appointments],
        extra_minutes=[each.extra_minutes for each in booking.appointments],
        start=booking.start,
        now=now,
        by_team=True,
    )
    before = await snapshot_of(session, booking=booking)
    await _take(session, booking, visit, now)
    restored = await get_booking_by_id(session, booking_id=booking_id, salon_id=salon.id)
    await _record(session, restored, before, by)
    await forget_time(session, salon_id=salon.id, booking_id=booking_id)
    await tell_client(session, kind=CONFIRMED if tell else None, told=told_of(restored), now=now)
    await emit(
        session,
        BookingRestored(salon_id=salon.id, subject_id=booking_id, start=visit.start),
    )


async def _take(session: AsyncSession, booking: Booking, visit: PlacedVisit, now: datetime) -> None:
    """Its people and things; and its client, unless they may be in several visits at once."""
    alone = booking.source != WALK_IN and booking.group_id is None
    client = [Segment(booking.customer_id, "customer", visit.start, visit.end)]
    await take(
        session,
        salon_id=booking.salon_id,
        segments=[*visit.segments, *(client if alone else [])],
        state="confirmed",
        now=now,
        booking_id=booking.id,
    )
    connection = await driver(session)
    await connection.execute(
        """
        UPDATE bookings
        SET status = 'confirmed', cancelled_at = NULL, cancel_reason = NULL, overbooked = false,
            arrived_at = NULL, revision = revision + 1
        WHERE salon_id = $1 AND id = $2
        """,
        booking.salon_id,
        booking.id,
    )


async def _record(session: AsyncSession, booking: Booking, before: Snapshot, by: Actor) -> None:
    after = await snapshot_of(session, booking=booking)
    await record(
        session,
        actor=by,
        action="restore",
        resource_type="booking",
        resource_id=booking.id,
        salon_id=booking.salon_id,
        metadata={"before": "cancelled", "after": "confirmed", **kept(before, after)},
    )
