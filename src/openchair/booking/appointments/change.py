"""Gives a visit another time, other people, services or length: what all such changes share.

Called by `reschedule.py`, `resize.py`, `edit.py` and `series.py` with the booking locked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.events import BookingChanged, BookingRescheduled
from openchair.booking.appointments.form_gate import forms_asked, require_forms
from openchair.booking.appointments.place import PlacedVisit, place_visit
from openchair.booking.appointments.queries import Booking, HeldItem, get_booking_by_id
from openchair.booking.appointments.rules import must_not_be_here
from openchair.booking.appointments.snapshot import Snapshot, kept, snapshot_of
from openchair.booking.appointments.tell import CHANGED, forget_time, tell_client, told_of
from openchair.booking.appointments.write import write_appointments
from openchair.booking.catalogue.queries import get_catalogue
from openchair.booking.occupancy.take import Segment, give_back, is_busy, take
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict
from openchair.platform.events.event import emit
from openchair.platform.ids import new_id
from openchair.salons.queries import Salon

WALK_IN = "walk_in"
"""The source of a visit whose client nobody knows: they may be in any number of visits."""

_MOVE = """
    UPDATE bookings
    SET appointment_date = $3, ends_at = $4, price_minor = $5, overbooked = $6, note = $7,
        revision = revision + 1, reschedule_count = reschedule_count + $8
    WHERE salon_id = $1 AND id = $2
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """The visit as it is to be; one person (None: first available) and one number of extra minutes
    for each service.
    """

    start: datetime
    service_ids: Sequence[UUID]
    staff_ids: Sequence[UUID | None]
    extra_minutes: Sequence[int]
    note: str


@dataclass(frozen=True, slots=True)
class Manner:
    """Who changes it and how: whether the client is told, whether over taken times."""

    by: Actor
    action: str
    tell: bool
    overbook: bool
    now: datetime


def as_it_is(booking: Booking) -> Wish:
    """The wish that changes nothing."""
    return Wish(
        start=booking.start,
        service_ids=[each.service_id for each in booking.appointments],
        staff_ids=[each.staff_id for each in booking.appointments],
        extra_minutes=[each.extra_minutes for each in booking.appointments],
        note=booking.note,
    )


def same_instant(one: datetime, other: datetime) -> bool:
    """In UTC: Python never calls two zones' times equal in the hour that happens twice."""
    return one.astimezone(UTC) == other.astimezone(UTC)


async def change_visit(
    session: AsyncSession, *, salon: Salon, booking: Booking, wish: Wish, manner: Manner
) -> Booking:
    """Make it so and answer the visit as it is now. Raises what `place_visit` raises, and
    `Conflict` (`customer_busy`, `already_here`; for a client also `form_missing`).
    """
    team = manner.by.kind != "client"
    catalogue = await get_catalogue(session, salon_id=salon.id)
    visit = await place_visit(
        session,
        salon=salon,
        service_ids=wish.service_ids,
        staff_ids=wish.staff_ids,
        extra_minutes=wish.extra_minutes,
        start=wish.start,
        now=manner.now,
        by_team=team,
        overbook=manner.overbook and team,
        ignore_booking_id=booking.id,
        catalogue=catalogue,
    )
    must_not_be_here(booking, visit.start, manner.now)
    if not team:
        await require_forms(
            session,
            salon=salon,
            customer_id=booking.customer_id,
            form_ids=forms_asked(catalogue, wish.service_ids),
            start=visit.start,
            language=booking.language,
        )
    before = await snapshot_of(session, booking=booking)
    present = await _is_present(session, booking, before, visit, manner)
    await _move(session, booking, wish, visit, manner, present=present)
    changed = await get_booking_by_id(session, booking_id=booking.id, salon_id=salon.id)
    await _announce(session, booking, changed, before, manner)
    return changed


async def _is_present(
    session: AsyncSession,
    booking: Booking,
    before: Snapshot,
    visit: PlacedVisit,
    manner: Manner,
) -> bool:
    """Whether the visit takes its client too: not one who walked in, nor one who was booked into
    two visits at once on purpose.
    """
    alone = any(stretch["kind"] == "customer" for stretch in before["taken"])
    lone_again = booking.overbooked and booking.group_id is None
    if visit.overbooked or booking.source == WALK_IN or not (alone or lone_again):
        return False
    busy = await is_busy(
        session,
        resource_id=booking.customer_id,
        start=visit.start,
        end=visit.end,
        now=manner.now,
        ignore_booking_id=booking.id,
    )
    if busy and not (manner.overbook and manner.by.kind != "client"):
        raise Conflict(
            "There is another appointment of yours at that time. Please choose a different one.",
            code="customer_busy",
            details={"alternatives": []},
        )
    return not busy


async def _move(
    session: AsyncSession,
    booking: Booking,
    wish: Wish,
    visit: PlacedVisit,
    manner: Manner,
    *,
    present: bool,
) -> None:
    client = [Segment(booking.customer_id, "customer", visit.start, visit.end)]
    await give_back(session, salon_id=booking.salon_id, booking_id=booking.id)
    await take(
        session,
        salon_id=booking.salon_id,
        segments=[*visit.segments, *(client if present else [])],
        state="overbooked" if visit.overbooked else "confirmed",
        now=manner.now,
        booking_id=booking.id,
    )
    connection = await driver(session)
    moved = not same_instant(booking.start, visit.start)
    await connection.execute(
        _MOVE,
        booking.salon_id,
        booking.id,
        visit.start,
        visit.end,
        visit.price_minor,
        visit.overbooked,
        wish.note,
        int(manner.by.kind == "client" and moved),
    )
    await connection.execute(
        "DELETE FROM appointments WHERE salon_id = $1 AND booking_id = $2",
        booking.salon_id,
        booking.id,
    )
    await write_appointments(
        session,
        salon_id=booking.salon_id,
        booking_id=booking.id,
        items=visit.items,
        ids=_ids(booking, visit.items),
    )


def _ids(booking: Booking, items: Sequence[HeldItem]) -> list[UUID]:
    """What stays the same service keeps its id: a page that is open goes on knowing it."""
    known = {each.service_id: each.id for each in booking.appointments}
    return [known.get(item.service_id) or new_id() for item in items]


async def _announce(
    session: AsyncSession, booking: Booking, changed: Booking, before: Snapshot, manner: Manner
) -> None:
    after = await snapshot_of(session, booking=changed)
    to_come = changed.status == "confirmed" and changed.end > manner.now
    await record(
        session,
        actor=manner.by,
        action=manner.action,
        resource_type="booking",
        resource_id=booking.id,
        salon_id=booking.salon_id,
        metadata={
            "before": booking.start.isoformat(),
            "after": changed.start.isoformat(),
            "overbooked": changed.overbooked,
            "told": manner.tell and to_come,
            **kept(before, after),
        },
    )
    await forget_time(session, salon_id=booking.salon_id, booking_id=booking.id)
    moved = not same_instant(booking.start, changed.start)
    if to_come:
        await tell_client(
            session,
            kind=CHANGED if manner.tell else None,
            told=told_of(changed, before=booking.start),
            now=manner.now,
        )
    await emit(
        session,
        BookingRescheduled(
            salon_id=booking.salon_id,
            subject_id=booking.id,
            before=booking.start,
            start=changed.start,
        )
        if moved
        else BookingChanged(salon_id=booking.salon_id, subject_id=booking.id, start=changed.start),
    )
