"""Lays the team's patterns onto a window: who works when, and is away when. Pure.

The same roster and the same opening hours as availability's, so that the calendar never shows a
time as workable that clients are refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from openchair.booking.availability.load import Shift, roster
from openchair.booking.availability.timeline import from_intervals
from openchair.booking.availability.wall_clock import WallClock
from openchair.booking.calendar.shapes import Away, Column, Stretch
from openchair.salons.queries import Salon


def lay_columns(
    *,
    salon: Salon,
    clock: WallClock,
    people: Iterable[Sequence[Any]],
    shifts: Mapping[UUID, list[Shift]],
    away: Mapping[UUID, list[Away]],
) -> tuple[Column, ...]:
    """A column for each of `people` (id, name, colour), in their order."""
    house = _house(salon, clock)
    return tuple(
        _column(who, clock, house, shifts.get(UUID(who[0]), ()), away.get(UUID(who[0]), ()))
        for who in people
    )


def opening_of(*, salon: Salon, clock: WallClock) -> tuple[Stretch, ...]:
    """When the salon is open within the window."""
    return tuple(_stretches(_house(salon, clock), clock))


def _column(
    who: Sequence[Any],
    clock: WallClock,
    house: int,
    shifts: Iterable[Shift],
    away: Iterable[Away],
) -> Column:
    worked, paused = roster(shifts, clock)
    working = from_intervals(worked, clock.length) & house
    breaks = from_intervals(paused, clock.length) & working
    absent = [
        *(Away(start, end, "break") for start, end in _stretches(breaks, clock)),
        *(cut for each in away if (cut := _cut(each, clock))),
    ]
    return Column(
        id=UUID(who[0]),
        name=who[1],
        colour=who[2],
        working=tuple(_stretches(working, clock)),
        away=tuple(sorted(absent, key=lambda each: each.start.astimezone(UTC))),
    )


def _house(salon: Salon, clock: WallClock) -> int:
    """The minutes of the window in which the salon is open."""
    holidays = {holiday.date for holiday in salon.location.holidays}
    hours = (
        clock.interval(day, each.opens_minute, each.closes_minute)
        for day in clock.dates
        if day not in holidays
        for each in salon.location.opening_hours
        if each.weekday == day.weekday()
    )
    return from_intervals(hours, clock.length) & _window(clock)


def _window(clock: WallClock) -> int:
    """The minutes of the local dates that were asked for, without the days on either side."""
    begins, ends = _bounds(clock)
    return from_intervals([(begins, ends)], clock.length)


def _bounds(clock: WallClock) -> tuple[int, int]:
    return clock.midnight(clock.first), clock.midnight(clock.last + WallClock.MARGIN)


def _stretches(minutes: int, clock: WallClock) -> list[Stretch]:
    """The runs of a set of minutes as instants."""
    digits = f"{minutes:b}"[::-1]
    found: list[Stretch] = []
    start = digits.find("1")
    while start >= 0:
        end = digits.find("0", start)
        end = len(digits) if end < 0 else end
        found.append((clock.instant_of(start), clock.instant_of(end)))
        start = digits.find("1", end)
    return found


def _cut(each: Away, clock: WallClock) -> Away | None:
    """What of it lies in the window; UTC decides, as wall clocks may show an hour twice."""
    begins, ends = (clock.instant_of(minute) for minute in _bounds(clock))
    start, end = _later(each.start, begins), _earlier(each.end, ends)
    return Away(start, end, each.kind) if start.astimezone(UTC) < end.astimezone(UTC) else None


def _later(one: datetime, other: datetime) -> datetime:
    return max(one, other, key=lambda each: each.astimezone(UTC))


def _earlier(one: datetime, other: datetime) -> datetime:
    return min(one, other, key=lambda each: each.astimezone(UTC))
