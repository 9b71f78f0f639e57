"""Finds out whether a visit can begin at one moment, and what it would take. Writes nothing.

Called by hold, confirm, reschedule and restore; the constraint of `occupancy` has the last word.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.queries import HeldItem
from openchair.booking.availability.find import Slot, free_slots, last_bookable_date
from openchair.booking.availability.load import load_board
from openchair.booking.availability.rules import Board, Placed, place
from openchair.booking.availability.timeline import everything
from openchair.booking.availability.visit import Visit, plan_visit
from openchair.booking.availability.wall_clock import WallClock
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.booking.occupancy.take import Segment
from openchair.platform.errors import Conflict, Invalid
from openchair.salons.queries import Salon

FIRST_YEAR, LAST_YEAR = 2000, 2200
ALTERNATIVES = 6
ALTERNATIVE_DAYS = 14
TEAM_STEP_MINUTES = 5


@dataclass(frozen=True, slots=True)
class PlacedVisit:
    """A visit at its time: what the client gets (`items`) and what it takes (`segments`)."""

    start: datetime
    end: datetime
    price_minor: int
    items: tuple[HeldItem, ...]
    segments: tuple[Segment, ...]
    overbooked: bool = False


async def place_visit(
    session: AsyncSession,
    *,
    salon: Salon,
    service_ids: Sequence[UUID],
    staff_ids: Sequence[UUID | None],
    start: datetime,
    now: datetime,
    by_team: bool = False,
    overbook: bool = False,
    ignore_booking_id: UUID | None = None,
    catalogue: Catalogue | None = None,
    extra_minutes: Sequence[int] = (),
) -> PlacedVisit:
    """The visit at `start`. The team is free of lead time and grid, and may overbook.

    Raises `Invalid` on `start` (past, too soon, too far, off the grid), `service_ids`, `staff_id`
    or `minutes`; `Conflict` (`time_taken`) with up to six `alternatives`, the nearest first.
    """
    catalogue = catalogue or await get_catalogue(session, salon_id=salon.id)
    visit = plan_visit(catalogue, service_ids, staff_ids, extra_minutes)
    check_start(salon, start, now, by_team=by_team)
    day = start.astimezone(ZoneInfo(salon.time_zone)).date()
    clock, board = await load_board(
        session,
        salon=salon,
        catalogue=catalogue,
        visit=visit,
        first=day,
        last=day,
        now=now,
        ignore_booking_id=ignore_booking_id,
        near=_near(visit, start),
    )
    minute = clock.minute_of(start)
    if not by_team and not board.grid >> minute & 1:
        raise Invalid(
            "Visits here do not begin at that minute. Please choose one of the times offered.",
            code="off_grid",
            field="start",
        )
    placed = place(board, visit, minute)
    if placed is not None:
        return _visit(clock, placed)
    if overbook:
        return _overbooked(clock, board, visit, minute)
    slots = await _nearby(
        session,
        salon=salon,
        catalogue=catalogue,
        visit=visit,
        day=day,
        now=now,
        ignore_booking_id=ignore_booking_id,
    )
    raise _taken(sorted(slots, key=lambda slot: abs(slot.start - start))[:ALTERNATIVES])


def check_start(salon: Salon, start: datetime, now: datetime, *, by_team: bool) -> None:
    """Raise `Invalid` on `start` for a moment at which this person may not begin a visit."""
    if start.tzinfo is None or start.utcoffset() is None:
        raise Invalid(
            "Please send the start with its offset, for example 2026-05-04T14:30:00+02:00.",
            code="no_offset",
            field="start",
        )
    if not FIRST_YEAR <= start.year <= LAST_YEAR:  # the calendar's own ends overflow in a zone
        raise Invalid(
            f"Please send a start between the years {FIRST_YEAR} and {LAST_YEAR}.",
            code="past" if start.year < FIRST_YEAR else "too_far",
            field="start",
        )
    if start.second or start.microsecond:
        raise Invalid("Please send a start in whole minutes.", code="off_grid", field="start")
    if by_team:
        return
    if start < now:
        raise Invalid("That time is past. Please choose a later one.", code="past", field="start")
    lead = salon.policies.lead_minutes
    if start < now + timedelta(minutes=lead):
        raise Invalid(
            f"The salon needs {lead} minutes' notice. Please choose a later time.",
            code="too_soon",
            field="start",
        )
    if start.astimezone(ZoneInfo(salon.time_zone)).date() > last_bookable_date(salon, now):
        raise Invalid(
            f"The salon takes bookings {salon.policies.horizon_days} days ahead at most."
            " Please choose an earlier date.",
            code="too_far",
            field="start",
        )


def _near(visit: Visit, start: datetime) -> tuple[datetime, datetime] | None:
    """From when until when it matters who is taken. Where somebody can be chosen, all day: who
    has least to do comes first.
    """
    if any(len(ways) > 1 for ways in visit):
        return None
    tasks = [task for ways in visit for task in ways]
    before = sum(task.buffer_before for task in tasks)
    after = sum(task.duration + task.buffer_after for task in tasks)
    return start - timedelta(minutes=before), start + timedelta(minutes=after)


def _visit(clock: WallClock, placed: Sequence[Placed], *, overbooked: bool = False) -> PlacedVisit:
    items = tuple(item for each in placed for item in _items(clock, each))
    return PlacedVisit(
        start=items[0].start,
        end=items[-1].end,
        price_minor=sum(item.price_minor for item in items),
        items=items,
        segments=tuple(segment for each in placed for segment in _segments(clock, each)),
        overbooked=overbooked,
    )


def _items(clock: WallClock, placed: Placed) -> list[HeldItem]:
    items, minute = [], placed.start
    for part in placed.task.parts:
        ends = minute + part.minutes
        items.append(
            HeldItem(
                service_id=part.service_id,
                staff_id=placed.task.staff_id,
                start=clock.instant_of(minute),
                end=clock.instant_of(ends),
                price_minor=part.price_minor,
                extra_minutes=part.extra_minutes,
            )
        )
        minute = ends
    return items


def _segments(clock: WallClock, placed: Placed) -> list[Segment]:
    person = [
        Segment(placed.task.staff_id, "staff", clock.instant_of(begins), clock.instant_of(ends))
        for begins, ends in placed.task.staff_segments(placed.start)
    ]
    begins, ends = placed.task.resource_segment(placed.start)
    things = [
        Segment(resource_id, "resource", clock.instant_of(begins), clock.instant_of(ends))
        for resource_id in placed.resource_ids
    ]
    return person + things


def _overbooked(clock: WallClock, board: Board, visit: Visit, minute: int) -> PlacedVisit:
    return _visit(clock, place_regardless(board, visit, minute), overbooked=True)


def place_regardless(board: Board, visit: Visit, minute: int) -> list[Placed]:
    """The visit as if nobody and nothing were taken or closed: the team wants it so."""
    always = everything(board.length)
    wide_open = replace(
        board,
        open=always,
        working={task.staff_id: always for ways in visit for task in ways},
        busy={},
        found={},
    )
    placed = place(wide_open, visit, minute)
    if placed is None:
        raise Invalid(
            "A service of this visit needs a room or device that the salon does not have.",
            code="no_resource",
            field="service_ids",
        )
    return placed


async def _nearby(
    session: AsyncSession,
    *,
    salon: Salon,
    catalogue: Catalogue,
    visit: Visit,
    day: date,
    now: datetime,
    ignore_booking_id: UUID | None,
) -> list[Slot]:
    return await free_slots(
        session,
        salon=salon,
        catalogue=catalogue,
        visit=visit,
        first=day - timedelta(days=1),
        last=day + timedelta(days=ALTERNATIVE_DAYS),
        now=now,
        ignore_booking_id=ignore_booking_id,
    )


def _taken(nearest: Sequence[Slot]) -> Conflict:
    return Conflict(
        "That time is not free any more. Please choose one of the nearest free times."
        if nearest
        else "That time is not free, and there is none near it. Please look at other dates.",
        code="time_taken",
        details={
            "alternatives": [
                {"start": slot.start.isoformat(), "staff_ids": [str(who) for who in slot.staff_ids]}
                for slot in nearest
            ]
        },
    )
