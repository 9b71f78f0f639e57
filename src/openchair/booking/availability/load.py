"""Reads what is known of a window of dates and lays it on a board: two statements in all,
whatever the number of people, chairs and bookings.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.availability.rules import Board
from openchair.booking.availability.timeline import from_intervals, from_minutes
from openchair.booking.availability.wall_clock import WallClock
from openchair.booking.catalogue.queries import Catalogue
from openchair.platform.db.driver import driver
from openchair.salons.queries import Salon

_PATTERNS = """
    SELECT
      (SELECT jsonb_agg(jsonb_build_array(s.staff_id, s.weekday, s.date, s.starts_minute,
                s.ends_minute,
                (SELECT coalesce(jsonb_agg(jsonb_build_array(b.starts_minute, b.ends_minute)), '[]')
                 FROM shift_breaks b WHERE b.salon_id = s.salon_id AND b.shift_id = s.id)))
       FROM shifts s
       WHERE s.salon_id = $1 AND (s.date IS NULL OR s.date BETWEEN $2 AND $3)),
      (SELECT jsonb_agg(jsonb_build_array(staff_id, lower(during), upper(during)))
       FROM time_off WHERE salon_id = $1 AND during && tstzrange($4, $5))
"""

# One index-only scan of ix_occupancy_salon_start; a segment lasts at most two days.
_BUSY = """
    SELECT resource_id,
           array_agg(floor(date_part('epoch', lower(during) - $2) / 60)::int) AS starts,
           array_agg(ceil(date_part('epoch', upper(during) - $2) / 60)::int) AS ends
    FROM occupancy
    WHERE salon_id = $1 AND kind <> 'customer'
      AND lower(during) >= $2::timestamptz - interval '2 days' AND lower(during) < $3
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
    first: date,
    last: date,
    now: datetime,
    ignore_booking_id: UUID | None = None,
) -> tuple[WallClock, Board]:
    """The board of the local dates `first…last`. Holds that have expired by `now` do not count,
    nor does the booking that is being moved.
    """
    clock = WallClock(ZoneInfo(salon.time_zone), first, last)
    facts = await read_facts(
        session, salon=salon, clock=clock, now=now, ignore_booking_id=ignore_booking_id
    )
    return clock, lay_out(salon=salon, catalogue=catalogue, clock=clock, facts=facts)


async def read_facts(
    session: AsyncSession,
    *,
    salon: Salon,
    clock: WallClock,
    now: datetime,
    ignore_booking_id: UUID | None = None,
) -> Facts:
    """Run the two statements."""
    connection = await driver(session)
    ends = clock.instant_of(clock.length)
    patterns = await connection.fetchrow(
        _PATTERNS, salon.id, clock.dates[0], clock.dates[-1], clock.base, ends
    )
    rows = await connection.fetch(_BUSY, salon.id, clock.base, ends, now, ignore_booking_id)
    shifts, time_off = (cell or [] for cell in (patterns or ()))
    return Facts(
        shifts=_shifts(shifts),
        time_off=_time_off(time_off),
        busy={row[0]: list(zip(row[1], row[2], strict=True)) for row in rows},
    )


def lay_out(*, salon: Salon, catalogue: Catalogue, clock: WallClock, facts: Facts) -> Board:
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
    for member in catalogue.staff:
        shifts, breaks = roster(facts.shifts.get(member.id, ()), clock)
        working[member.id] = from_intervals(shifts, length) & house
        away = [
            (clock.minute_of(begins), clock.minute_of(ends) if ends else length)
            for begins, ends in facts.time_off.get(member.id, ())
        ]
        busy[member.id] = busy.get(member.id, []) + breaks + away
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
        groups=catalogue.resources,
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


def _shifts(rows: list[Any]) -> dict[UUID, list[Shift]]:
    found: dict[UUID, list[Shift]] = {}
    for staff_id, weekday, day, starts, ends, breaks in rows:
        shift = Shift(
            weekday=weekday,
            date=date.fromisoformat(day) if day else None,
            starts=starts,
            ends=ends,
            breaks=tuple((pause[0], pause[1]) for pause in breaks),
        )
        found.setdefault(UUID(staff_id), []).append(shift)
    return found


def _time_off(rows: list[Any]) -> dict[UUID, list[tuple[datetime, datetime | None]]]:
    found: dict[UUID, list[tuple[datetime, datetime | None]]] = {}
    for staff_id, begins, ends in rows:
        stretch = (datetime.fromisoformat(begins), datetime.fromisoformat(ends) if ends else None)
        found.setdefault(UUID(staff_id), []).append(stretch)
    return found
