"""Changes everything of a visit by one form: when it begins, its services and who does them, how
long each takes, and the note.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.change import Manner, Wish, as_it_is, change_visit, same_instant
from openchair.booking.appointments.events import BookingChanged
from openchair.booking.appointments.lock import lock_booking
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.request import clean_note
from openchair.booking.appointments.resize import checked_minutes, usual_minutes
from openchair.booking.appointments.rules import may_reschedule, must_be_unchanged
from openchair.booking.appointments.snapshot import kept, snapshot_of
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.events.event import emit
from openchair.salons.queries import Salon


@dataclass(frozen=True, slots=True)
class WantedService:
    """One service of the visit as it is to be: `staff_id` None takes whoever is free, `minutes`
    None as long as it usually takes.
    """

    service_id: UUID
    staff_id: UUID | None = None
    minutes: int | None = None


async def edit_visit(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    start: datetime,
    services: Sequence[WantedService],
    note: str,
    by: Actor,
    tell: bool = True,
    overbook: bool = False,
    revision: int | None = None,
    now: datetime,
) -> Booking:
    """Make the visit so and answer it as it is now; as it is already: nothing happens.

    Raises `NotFound`, `Conflict` (`time_taken` with `alternatives`, `not_expected`,
    `customer_busy`, `changed_meanwhile`), `Invalid` on `start`, `service_ids`, `staff_id`,
    `minutes` or `note`.
    """
    booking = await lock_booking(session, salon_id=salon.id, booking_id=booking_id)
    must_be_unchanged(booking, revision)
    catalogue = await get_catalogue(session, salon_id=salon.id)
    wish = Wish(
        start=start,
        service_ids=[each.service_id for each in services],
        staff_ids=[each.staff_id for each in services],
        extra_minutes=extra_minutes_of(catalogue, services),
        note=clean_note(note),
    )
    if _only_the_note(booking, wish):
        return await _write_note(session, booking, wish.note, by)
    may_reschedule(booking, salon, by, now)
    manner = Manner(by=by, action="edit", tell=tell, overbook=overbook, now=now)
    return await change_visit(session, salon=salon, booking=booking, wish=wish, manner=manner)


def extra_minutes_of(catalogue: Catalogue, services: Sequence[WantedService]) -> list[int]:
    """What each takes beyond its usual time. Raises `Invalid` on `minutes` or `service_ids`."""
    return [
        checked_minutes(each.minutes) - usual_minutes(catalogue, each.service_id, each.staff_id)
        if each.minutes is not None
        else 0
        for each in services
    ]


def _only_the_note(booking: Booking, wish: Wish) -> bool:
    is_now = as_it_is(booking)
    return same_instant(wish.start, is_now.start) and (
        list(wish.service_ids),
        list(wish.staff_ids),
        list(wish.extra_minutes),
    ) == (is_now.service_ids, is_now.staff_ids, is_now.extra_minutes)


async def _write_note(session: AsyncSession, booking: Booking, note: str, by: Actor) -> Booking:
    """The note alone, whatever became of the visit; nobody is told."""
    if note == booking.note:
        return booking
    before = await snapshot_of(session, booking=booking)
    connection = await driver(session)
    await connection.execute(
        "UPDATE bookings SET note = $3, revision = revision + 1 WHERE salon_id = $1 AND id = $2",
        booking.salon_id,
        booking.id,
        note,
    )
    noted = await get_booking_by_id(session, booking_id=booking.id, salon_id=booking.salon_id)
    after = await snapshot_of(session, booking=noted)
    await record(
        session,
        actor=by,
        action="note",
        resource_type="booking",
        resource_id=booking.id,
        salon_id=booking.salon_id,
        metadata=kept(before, after),
    )
    await emit(
        session,
        BookingChanged(salon_id=booking.salon_id, subject_id=booking.id, start=booking.start),
    )
    return noted
