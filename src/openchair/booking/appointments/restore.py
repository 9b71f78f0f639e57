"""Puts a cancelled visit back, if its time is still free."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.events import BookingRestored
from openchair.booking.appointments.lock import lock_booking
from openchair.booking.appointments.place import place_visit
from openchair.booking.appointments.tell import CONFIRMED, Told, forget_time, tell_client
from openchair.booking.occupancy.take import Segment, take
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.events.event import emit
from openchair.salons.queries import Salon


async def restore_booking(
    session: AsyncSession, *, salon: Salon, booking_id: UUID, by: Actor, now: datetime
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
        start=booking.start,
        now=now,
        by_team=True,
    )
    await take(
        session,
        salon_id=salon.id,
        segments=[
            *visit.segments,
            Segment(booking.customer_id, "customer", visit.start, visit.end),
        ],
        state="confirmed",
        now=now,
        booking_id=booking_id,
    )
    connection = await driver(session)
    await connection.execute(
        """
        UPDATE bookings SET status = 'confirmed', cancelled_at = NULL, cancel_reason = NULL,
            revision = revision + 1
        WHERE salon_id = $1 AND id = $2
        """,
        salon.id,
        booking_id,
    )
    await record(
        session,
        actor=by,
        action="restore",
        resource_type="booking",
        resource_id=booking_id,
        salon_id=salon.id,
        metadata={"before": "cancelled", "after": "confirmed"},
    )
    await forget_time(session, salon_id=salon.id, booking_id=booking_id)
    await tell_client(
        session,
        kind=CONFIRMED,
        told=Told(
            salon_id=salon.id,
            booking_id=booking_id,
            revision=booking.revision + 1,
            email=booking.customer_email,
            phone=booking.customer_phone,
            language=booking.language,
            time_zone=booking.time_zone,
            start=visit.start,
            end=visit.end,
        ),
        now=now,
    )
    await emit(
        session,
        BookingRestored(salon_id=salon.id, subject_id=booking_id, start=visit.start),
    )
