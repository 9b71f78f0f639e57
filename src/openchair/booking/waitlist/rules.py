"""Whether a time is what somebody waits for, and how long an offer of it may stay open. Pure: no
I/O, the time is an argument.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

DAY = 1440
ONE_DAY = timedelta(days=1)
LEAST_MINUTES = 10
"""Who is asked needs this long to see it, unless the salon wants it shorter."""


@dataclass(frozen=True, slots=True)
class Wish:
    """When somebody would come. Dates are local and inside; weekdays count from Monday, 0; the
    visit begins at `from_minute` of the day at the earliest and before `to_minute`, which is past
    1440 for a night that runs into the next day.
    """

    first_date: date
    last_date: date
    weekdays: frozenset[int]
    from_minute: int
    to_minute: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A person or a thing from `start` (inside) to `end` (outside)."""

    resource_id: UUID
    start: datetime
    end: datetime


def wants(wish: Wish, start: datetime) -> bool:
    """Whether a visit that begins at `start`, in the salon's own zone, is what they wait for."""
    minute, day = start.hour * 60 + start.minute, start.date()
    return _covers(wish, day, minute) or _covers(wish, day - ONE_DAY, minute + DAY)


def is_over(wish: Wish, today: date) -> bool:
    """Whether nothing they wait for can come any more."""
    night = ONE_DAY if wish.to_minute > DAY else timedelta()
    return wish.last_date + night < today


def answer_until(*, now: datetime, start: datetime, minutes: int) -> datetime | None:
    """Until when an answer is waited for: `minutes`, but never past the beginning of the visit.
    None when that is too soon to ask anybody.
    """
    until = min(now + timedelta(minutes=minutes), start)
    enough = timedelta(minutes=min(minutes, LEAST_MINUTES))
    return until if until - now >= enough else None


def nearest(starts: Iterable[datetime], freed: Sequence[Stretch]) -> datetime | None:
    """Of possible starts the one that wastes least of what was freed: at the beginning of a
    stretch if it can be, else as near to one as possible; the earlier one of two.
    """
    begins = [each.start for each in freed]
    return min(
        starts,
        key=lambda start: (min(abs(start - begin) for begin in begins), start),
        default=None,
    )


def was_refused(
    start: datetime, end: datetime, refused: Iterable[tuple[datetime, datetime]]
) -> bool:
    """Whether they let a time go that overlaps this one."""
    return any(start < other_end and other_start < end for other_start, other_end in refused)


def refused_with(
    refused: Iterable[tuple[datetime, datetime]], freed: Iterable[Stretch]
) -> list[tuple[datetime, datetime]]:
    """The times they let go, with all that was freed together with each: whoever says no to half
    past eleven is not asked about twelve, which the same visit's cleaning up had taken.
    """
    short = [each for each in freed if each.end - each.start <= ONE_DAY]
    widened = []
    for start, end in refused:
        near = [each for each in short if start < each.end and each.start < end]
        widened.append(
            (
                min([start, *(each.start for each in near)]),
                max([end, *(each.end for each in near)]),
            )
        )
    return widened


def _covers(wish: Wish, day: date, minute: int) -> bool:
    return (
        wish.first_date <= day <= wish.last_date
        and day.weekday() in wish.weekdays
        and wish.from_minute <= minute < wish.to_minute
    )
