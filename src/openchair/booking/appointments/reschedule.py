"""Moves a visit to another time: the old one is free at once, the client is told."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.events import BookingRescheduled
from openchair.booking.appointments.lock import lock_booking
from openchair.booking.appointments.place import PlacedVisit, place_visit
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.rules import may_reschedule
from openchair.booking.appointments.tell import CHANGED, Told, forget_time, tell_client
from openchair.booking.appointments.write import write_appointments
from openchair.booking.occupancy.take import Segment, give_back, is_busy, take
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict
from openchair.platform.events.event import emit
from openchair.salons.queries import Salon


async def reschedule_booking(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    start: datetime,
    staff_ids: Sequence[UUID | None] | None = None,
    by: Actor,
    now: datetime,
) -> Booking:
    """Move the visit to `start` and answer it as it is now; to where it is: nothing happens.

    Without `staff_ids` it stays with the people it has; `()` means first available. Clients keep
    to deadline and limit. Raises `NotFound`, `Conflict` (`time_taken` with `alternatives`,
    `too_late`, `reschedule_limit`, `not_expected`, `customer_busy`) and `Invalid` on `start`.
    """
    booking = await lock_booking(session, salon_id=salon.id, booking_id=booking_id)
    if _is_where_it_is(booking, start) and staff_ids is None:
        return booking
    may_reschedule(booking, salon, by, now)
    visit = await place_visit(
        session,
        salon=salon,
        service_ids=[each.service_id for each in booking.appointments],
        staff_ids=[each.staff_id for each in booking.appointments]
        if staff_ids is None
        else staff_ids,
        start=start,
        now=now,
        by_team=by.kind != "client",
        ignore_booking_id=booking_id,
    )
    await _refuse_overlap(session, booking, visit, now)
    await _move(session, booking, visit, by, now)
    await _announce(session, booking, visit, by, now)
    return await get_booking_by_id(session, booking_id=booking_id, salon_id=salon.id)


def _is_where_it_is(booking: Booking, start: datetime) -> bool:
    """In UTC: Python never calls two zones' times equal in the hour that happens twice."""
    same = booking.start.astimezone(UTC) == start.astimezone(UTC)
    return same and booking.status == "confirmed"


async def _refuse_overlap(
    session: AsyncSession, booking: Booking, visit: PlacedVisit, now: datetime
) -> None:
    if await is_busy(
        session,
        resource_id=booking.customer_id,
        start=visit.start,
        end=visit.end,
        now=now,
        ignore_booking_id=booking.id,
    ):
        raise Conflict(
            "There is another appointment of yours at that time. Please choose a different one.",
            code="customer_busy",
            details={"alternatives": []},
        )


async def _move(
    session: AsyncSession, booking: Booking, visit: PlacedVisit, by: Actor, now: datetime
) -> None:
    await give_back(session, salon_id=booking.salon_id, booking_id=booking.id)
    await take(
        session,
        salon_id=booking.salon_id,
        segments=[
            *visit.segments,
            Segment(booking.customer_id, "customer", visit.start, visit.end),
        ],
        state="confirmed",
        now=now,
        booking_id=booking.id,
    )
    connection = await driver(session)
    await connection.execute(
        """
        UPDATE bookings
        SET appointment_date = $3, ends_at = $4, price_minor = $5, overbooked = false,
            revision = revision + 1, reschedule_count = reschedule_count + $6
        WHERE salon_id = $1 AND id = $2
        """,
        booking.salon_id,
        booking.id,
        visit.start,
        visit.end,
        visit.price_minor,
        int(by.kind == "client"),
    )
    await connection.execute(
        "DELETE FROM appointments WHERE salon_id = $1 AND booking_id = $2",
        booking.salon_id,
        booking.id,
    )
    await write_appointments(
        session, salon_id=booking.salon_id, booking_id=booking.id, items=visit.items
    )


async def _announce(
    session: AsyncSession, booking: Booking, visit: PlacedVisit, by: Actor, now: datetime
) -> None:
    await record(
        session,
        actor=by,
        action="reschedule",
        resource_type="booking",
        resource_id=booking.id,
        salon_id=booking.salon_id,
        metadata={"before": booking.start.isoformat(), "after": visit.start.isoformat()},
    )
    await forget_time(session, salon_id=booking.salon_id, booking_id=booking.id)
    await tell_client(
        session,
        kind=CHANGED,
        told=Told(
            salon_id=booking.salon_id,
            booking_id=booking.id,
            revision=booking.revision + 1,
            email=booking.customer_email,
            phone=booking.customer_phone,
            language=booking.language,
            time_zone=booking.time_zone,
            start=visit.start,
            end=visit.end,
            before=booking.start,
        ),
        now=now,
    )
    await emit(
        session,
        BookingRescheduled(
            salon_id=booking.salon_id,
            subject_id=booking.id,
            before=booking.start,
            start=visit.start,
        ),
    )
