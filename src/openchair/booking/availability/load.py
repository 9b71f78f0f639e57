"""Reads what is known of a window of dates and lays it on a board: two statements in all,
whatever the number of people, chairs and bookings.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.availability.rules import Board
from openchair.booking.availability.timeline import from_intervals, from_minutes
from openchair.booking.availability.visit import Visit
from openchair.booking.availability.wall_clock import WallClock
from openchair.booking.catalogue.queries import Catalogue
from openchair.platform.db.driver import driver
from openchair.salons.queries import Salon

_PATTERNS = """
    WITH valid AS (
        SELECT * FROM shifts
        WHERE salon_id = $1 AND staff_id = ANY ($6) AND (date IS NULL OR date BETWEEN $2 AND $3)
    )
    SELECT
      (SELECT jsonb_agg(jsonb_build_array(id, staff_id, weekday, date, starts_minute, ends_minute))
       FROM valid),
      (SELECT jsonb_agg(jsonb_build_array(b.shift_id, b.starts_minute, b.ends_minute))
       FROM shift_breaks b JOIN valid v ON v.salon_id = b.salon_id AND v.id = b.shift_id),
      (SELECT jsonb_agg(jsonb_build_array(staff_id, lower(during), upper(during)))
       FROM time_off
       WHERE salon_id = $1 AND staff_id = ANY ($6) AND status = 'approved'
         AND during && tstzrange($4, $5))
"""

# One index-only scan of ix_occupancy_salon_start; a segment lasts at most a day. Minutes count
# from $2, what matters begins at $7.
_BUSY = """
    SELECT resource_id,
           array_agg(floor(date_part('epoch', lower(during) - $2) / 60)::int) AS starts,
           array_agg(ceil(date_part('epoch', upper(during) - $2) / 60)::int) AS ends
    FROM occupancy
    WHERE salon_id = $1 AND kind <> 'customer'
      AND lower(during) >= $7::timestamptz - interval '1 day' AND lower(during) < $3
      AND upper(during) > $7
      AND resource_id = ANY ($6)
      AND (expires_at IS NULL OR expires_at > $4)
      AND ($5::uuid IS NULL OR booking_id IS DISTINCT FROM $5)
    GROUP BY resource_id
"""

Intervals = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Shift:
    """One row of the roster; `weekday` for a pattern, `date` for a dated shift."""

    weekday: int | None
    date: date | None
    starts: int
    ends: int
    breaks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the two statements answered."""

    shifts: Mapping[UUID, list[Shift]]
    time_off: Mapping[UUID, list[tuple[datetime, datetime | None]]]
    busy: Mapping[UUID, Intervals]


async def load_board(
    session: AsyncSession,
    *,
    salon: Salon,
    catalogue: Catalogue,
    visit: Visit | None = None,
    first: date,
    last: date,
    now: datetime,
    ignore_booking_id: UUID | None = None,
    near: tuple[datetime, datetime] | None = None,
) -> tuple[WallClock, Board]:
    """What `board_with_facts` answers, without the facts."""
    clock, board, _ = await board_with_facts(
        session,
        salon=salon,
        catalogue=catalogue,
        visit=visit,
        first=first,
        last=last,
        now=now,
        ignore_booking_id=ignore_booking_id,
        near=near,
    )
    return clock, board


async def board_with_facts(
    session: AsyncSession,
    *,
    salon: Salon,
    catalogue: Catalogue,
    visit: Visit | None = None,
    first: date,
    last: date,
    now: datetime,
    ignore_booking_id: UUID | None = None,
    near: tuple[datetime, datetime] | None = None,
) -> tuple[WallClock, Board, Facts]:
    """The board of the local dates `first…last`: of the people and things that `visit` may take,
    or of all. With `near` only what is taken between these two counts, and nothing far from it.

    Holds that have expired by `now` do not count, nor does the booking that is being moved.
    """
    clock = WallClock(ZoneInfo(salon.time_zone), first, last)
    people = {task.staff_id for ways in visit or () for task in ways}
    wanted = {group for ways in visit or () for task in ways for group in task.group_ids}
    staff_ids = [who.id for who in catalogue.staff if visit is None or who.id in people]
    groups = {
        group: things
        for group, things in catalogue.resources.items()
        if visit is None or group in wanted
    }
    facts = await read_facts(
        session,
        salon=salon,
        clock=clock,
        staff_ids=staff_ids,
        thing_ids=[thing for things in groups.values() for thing in things],
        now=now,
        ignore_booking_id=ignore_booking_id,
        near=near,
    )
    board = lay_out(salon=salon, staff_ids=staff_ids, groups=groups, clock=clock, facts=facts)
    order = {who.id: place for place, who in enumerate(catalogue.staff)}
    return clock, replace(board, order=order), facts


async def read_facts(
    session: AsyncSession,
    *,
    salon: Salon,
    clock: WallClock,
    staff_ids: Sequence[UUID],
    thing_ids: Sequence[UUID],
    now: datetime,
    ignore_booking_id: UUID | None = None,
    near: tuple[datetime, datetime] | None = None,
) -> Facts:
    """Run the two statements."""
    connection = await driver(session)
    ends = clock.instant_of(clock.length)
    patterns = await connection.fetchrow(
        _PATTERNS, salon.id, clock.dates[0], clock.dates[-1], clock.base, ends, staff_ids
    )
    wanted = [*staff_ids, *thing_ids]
    since, until = near or (clock.base, ends)
    rows = await connection.fetch(
        _BUSY, salon.id, clock.base, until, now, ignore_booking_id, wanted, since
    )
    shifts, breaks, time_off = (cell or [] for cell in (patterns or ()))
    return Facts(
        shifts=_shifts(shifts, breaks),
        time_off=_time_off(time_off),
        busy={row[0]: list(zip(row[1], row[2], strict=True)) for row in rows},
    )


def lay_out(
    *,
    salon: Salon,
    staff_ids: Sequence[UUID],
    groups: Mapping[UUID, tuple[UUID, ...]],
    clock: WallClock,
    facts: Facts,
) -> Board:
    """Turn facts into sets of minutes. Pure."""
    length = clock.length
    holidays = {holiday.date for holiday in salon.location.holidays}
    house = from_intervals(
        (
            clock.interval(day, hours.opens_minute, hours.closes_minute)
            for day in clock.dates
            if day not in holidays
            for hours in salon.location.opening_hours
            if hours.weekday == day.weekday()
        ),
        length,
    )
    working: dict[UUID, int] = {}
    busy = {resource: list(taken) for resource, taken in facts.busy.items()}
    for staff_id in staff_ids:
        shifts, breaks = roster(facts.shifts.get(staff_id, ()), clock)
        working[staff_id] = from_intervals(shifts, length) & house
        away = [
            (clock.minute_of(begins), clock.minute_of(ends) if ends else length)
            for begins, ends in facts.time_off.get(staff_id, ())
        ]
        busy[staff_id] = busy.get(staff_id, []) + breaks + away
    return Board(
        length=length,
        grid=from_minutes(
            (
                minute
                for day in clock.dates
                if clock.first <= day <= clock.last
                for minute in clock.grid(day, salon.policies.granularity_minutes)
            ),
            length,
        ),
        open=house,
        working=working,
        busy={resource: from_intervals(taken, length) for resource, taken in busy.items()},
        groups=groups,
    )


def roster(shifts: Iterable[Shift], clock: WallClock) -> tuple[Intervals, Intervals]:
    """Shifts and breaks of one person as minutes; a dated shift replaces that date's pattern."""
    weekly: dict[int, list[Shift]] = {}
    dated: dict[date, list[Shift]] = {}
    for shift in shifts:
        if shift.date is not None:
            dated.setdefault(shift.date, []).append(shift)
        elif shift.weekday is not None:
            weekly.setdefault(shift.weekday, []).append(shift)
    worked: Intervals = []
    paused: Intervals = []
    for day in clock.dates:
        for shift in dated.get(day) or weekly.get(day.weekday()) or []:
            worked.append(clock.interval(day, shift.starts, shift.ends))
            paused.extend(clock.interval(day, *pause) for pause in shift.breaks)
    return worked, paused


def _shifts(rows: list[Any], break_rows: list[Any]) -> dict[UUID, list[Shift]]:
    breaks: dict[str, list[tuple[int, int]]] = {}
    for shift_id, starts, ends in break_rows:
        breaks.setdefault(shift_id, []).append((starts, ends))
    found: dict[UUID, list[Shift]] = {}
    for shift_id, staff_id, weekday, day, starts, ends in rows:
        shift = Shift(
            weekday=weekday,
            date=date.fromisoformat(day) if day else None,
            starts=starts,
            ends=ends,
            breaks=tuple(breaks.get(shift_id, ())),
        )
        found.setdefault(UUID(staff_id), []).append(shift)
    return found


def _time_off(rows: list[Any]) -> dict[UUID, list[tuple[datetime, datetime | None]]]:
    found: dict[UUID, list[tuple[datetime, datetime | None]]] = {}
    for staff_id, begins, ends in rows:
        stretch = (datetime.fromisoformat(begins), datetime.fromisoformat(ends) if ends else None)
        found.setdefault(UUID(staff_id), []).append(stretch)
    return found
