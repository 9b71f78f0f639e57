"""Makes one service of a visit longer or shorter than usual; what follows in the visit moves along.

The difference stays with the service when the visit is moved later.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.change import Manner, as_it_is, change_visit
from openchair.booking.appointments.lock import lock_booking
from openchair.booking.appointments.queries import Appointment, Booking
from openchair.booking.appointments.rules import may_reschedule, must_be_unchanged
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Invalid, NotFound
from openchair.salons.queries import Salon

SHORTEST, LONGEST = 5, 720


async def resize_appointment(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    appointment_id: UUID,
    minutes: int,
    by: Actor,
    tell: bool = True,
    overbook: bool = False,
    revision: int | None = None,
    now: datetime,
) -> Booking:
    """Let this service last `minutes` in all, processing included, and answer the visit as it is
    now. As long as it is: nothing happens.

    Raises `NotFound`, `Conflict` (`time_taken` with `alternatives`, `not_expected`,
    `customer_busy`, `changed_meanwhile`), `Invalid` on `minutes`.
    """
    booking = await lock_booking(session, salon_id=salon.id, booking_id=booking_id)
    place, part = find_part(booking, appointment_id)
    if checked_minutes(minutes) == minutes_of(part):
        return booking
    must_be_unchanged(booking, revision)
    may_reschedule(booking, salon, by, now)
    catalogue = await get_catalogue(session, salon_id=salon.id)
    wish = as_it_is(booking)
    extras = [*wish.extra_minutes]
    extras[place] = minutes - usual_minutes(catalogue, part.service_id, part.staff_id)
    manner = Manner(by=by, action="resize", tell=tell, overbook=overbook, now=now)
    return await change_visit(
        session,
        salon=salon,
        booking=booking,
        wish=replace(wish, extra_minutes=extras),
        manner=manner,
    )


def usual_minutes(catalogue: Catalogue, service_id: UUID, staff_id: UUID | None) -> int:
    """How long this person needs for it by the price list. Raises `Invalid` (`service_ids`)."""
    service = catalogue.service(service_id)
    if service is None:
        raise Invalid(
            "This salon does not offer that service. Please choose one from its list.",
            code="service_not_offered",
            field="service_ids",
        )
    terms = service.terms.get(staff_id) if staff_id else None
    if terms is None:
        return service.duration_minutes
    return terms.active_minutes + service.processing_minutes + terms.finish_minutes


def find_part(booking: Booking, appointment_id: UUID) -> tuple[int, Appointment]:
    """The service of the visit and its place. Raises `NotFound` (`appointment_not_found`)."""
    for place, part in enumerate(booking.appointments):
        if part.id == appointment_id:
            return place, part
    raise NotFound(
        "This service is no longer part of the visit. Please look at it again.",
        code="appointment_not_found",
    )


def checked_minutes(minutes: int) -> int:
    """A length the team may give. Raises `Invalid` on `minutes`."""
    if not SHORTEST <= minutes <= LONGEST:
        raise Invalid(
            f"A service lasts between {SHORTEST} and {LONGEST} minutes here.", field="minutes"
        )
    return minutes


def minutes_of(part: Appointment) -> int:
    """How long it lasts now, in minutes."""
    return round((part.end - part.start).total_seconds() / 60)
