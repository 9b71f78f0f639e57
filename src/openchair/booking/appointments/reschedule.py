"""Moves a visit, or one service of it, to another time or other people: the old time is free at
once, the client is told if that is wished.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.change import Manner, as_it_is, change_visit, same_instant
from openchair.booking.appointments.lock import lock_booking
from openchair.booking.appointments.queries import Appointment, Booking
from openchair.booking.appointments.rules import (
    CHANGEABLE,
    may_reschedule,
    must_be_unchanged,
)
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.identity.audit.record import Actor
from openchair.platform.errors import NotFound
from openchair.salons.queries import Salon


async def reschedule_booking(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    start: datetime,
    staff_ids: Sequence[UUID | None] | None = None,
    by: Actor,
    tell: bool = True,
    overbook: bool = False,
    revision: int | None = None,
    now: datetime,
) -> Booking:
    """Move the visit to `start` and answer it as it is now; to where it is: nothing happens.

    Without `staff_ids` it stays with the people it has; `()` means first available. Clients keep
    to deadline and limit; the team may `overbook`. `revision` is the one that whoever moves it saw.
    Raises `NotFound`, `Conflict` (`time_taken` with `alternatives`, `too_late`,
    `reschedule_limit`, `not_expected`, `customer_busy`, `changed_meanwhile`) and `Invalid` on
    `start`.
    """
    booking = await lock_booking(session, salon_id=salon.id, booking_id=booking_id)
    if _is_where_it_is(booking, start, staff_ids):
        return booking
    must_be_unchanged(booking, revision)
    may_reschedule(booking, salon, by, now)
    wish = replace(as_it_is(booking), start=start)
    if staff_ids is not None:
        wish = replace(wish, staff_ids=staff_ids)
    manner = Manner(by=by, action="reschedule", tell=tell, overbook=overbook, now=now)
    return await change_visit(session, salon=salon, booking=booking, wish=wish, manner=manner)


async def move_appointment(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    appointment_id: UUID,
    start: datetime | None = None,
    staff_id: UUID | None = None,
    by: Actor,
    tell: bool = True,
    overbook: bool = False,
    revision: int | None = None,
    now: datetime,
) -> Booking:
    """Move the visit so that this service of it begins at `start`, and give this service (with
    its add-ons) to `staff_id`; what is None stays. The other services keep their people.

    Raises what `reschedule_booking` raises; `NotFound` (`appointment_not_found`).
    """
    booking = await lock_booking(session, salon_id=salon.id, booking_id=booking_id)
    catalogue = await get_catalogue(session, salon_id=salon.id)
    begins, staff_ids = as_moved(
        booking, catalogue, appointment_id=appointment_id, start=start, staff_id=staff_id
    )
    return await reschedule_booking(
        session,
        salon=salon,
        booking_id=booking_id,
        start=begins,
        staff_ids=staff_ids,
        by=by,
        tell=tell,
        overbook=overbook,
        revision=revision,
        now=now,
    )


def as_moved(
    booking: Booking,
    catalogue: Catalogue,
    *,
    appointment_id: UUID,
    start: datetime | None,
    staff_id: UUID | None,
) -> tuple[datetime, list[UUID]]:
    """When the whole visit begins and who does each service, once this one is moved."""
    parts = booking.appointments
    place = next((at for at, part in enumerate(parts) if part.id == appointment_id), None)
    if place is None:
        raise NotFound(
            "This service is no longer part of the visit. Please look at it again.",
            code="appointment_not_found",
        )
    begins = booking.start if start is None else begin_with(booking, parts[place], start)
    staff_ids = [part.staff_id for part in parts]
    if staff_id is not None:
        for at in _with_addons(booking, catalogue, place):
            staff_ids[at] = staff_id
    return begins, staff_ids


def begin_with(booking: Booking, part: Appointment, start: datetime) -> datetime:
    """When the whole visit begins if this part of it begins at `start`."""
    shift = start.astimezone(UTC) - part.start.astimezone(UTC)
    return (booking.start.astimezone(UTC) + shift).astimezone(booking.start.tzinfo)


def _with_addons(booking: Booking, catalogue: Catalogue, place: int) -> list[int]:
    """The places of a service and its add-ons, whichever of them was meant: one person does
    them.
    """

    def is_addon(at: int) -> bool:
        service = catalogue.service(booking.appointments[at].service_id)
        return service is not None and service.kind == "addon"

    first = place
    while first and is_addon(first):
        first -= 1
    last = first + 1
    while last < len(booking.appointments) and is_addon(last):
        last += 1
    return list(range(first, last))


def _is_where_it_is(
    booking: Booking, start: datetime, staff_ids: Sequence[UUID | None] | None
) -> bool:
    same_people = staff_ids is None or list(staff_ids) == [
        part.staff_id for part in booking.appointments
    ]
    return same_people and same_instant(booking.start, start) and booking.status in CHANGEABLE
