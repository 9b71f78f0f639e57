"""Availability the slow and obvious way: minute by minute, with the clock on the wall.

Shares no arithmetic with the product; the property test holds the sweep against it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from openchair.booking.availability.load import Shift
from openchair.booking.availability.rules import Task
from openchair.salons.queries import OpeningHours

MINUTE = timedelta(minutes=1)
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class World:
    """What is true, in plain words and UTC instants."""

    zone: ZoneInfo
    hours: Sequence[OpeningHours]
    holidays: frozenset[date]
    shifts: Mapping[UUID, Sequence[Shift]]
    away: Mapping[UUID, Sequence[Stretch]]
    taken: Mapping[UUID, Sequence[Stretch]]
    groups: Mapping[UUID, Sequence[UUID]]
    step: int

    def stretch(self, day: date, opens: int, closes: int) -> Stretch:
        """From the first moment the clock shows `opens` or later, to the last at which it shows
        less than `closes`, and a minute."""
        midnight = datetime.combine(day, datetime.min.time())
        begins_at, ends_at = (midnight + timedelta(minutes=each) for each in (opens, closes))
        scan = minutes_around(self.zone, day)
        begins = next(instant for instant, wall in scan if wall >= begins_at)
        ends = next(instant for instant, wall in reversed(scan) if wall < ends_at)
        return begins, ends + MINUTE


@lru_cache(maxsize=100)
def minutes_around(zone: ZoneInfo, day: date) -> list[tuple[datetime, datetime]]:
    """Every minute of a date and the next, and of the hours around, with what the wall shows."""
    midnight = datetime.combine(day, datetime.min.time(), tzinfo=UTC)
    instants = [midnight + number * MINUTE for number in range(-15 * 60, 66 * 60)]
    return [(each, each.astimezone(zone).replace(tzinfo=None)) for each in instants]


class Model:
    """The world of some days, with the stretches laid out once."""

    def __init__(self, world: World, days: Sequence[date]) -> None:
        self.world = world
        self.open = [
            world.stretch(day, each.opens_minute, each.closes_minute)
            for day in days
            if day not in world.holidays
            for each in world.hours
            if each.weekday == day.weekday()
        ]
        self.shifts: dict[UUID, list[Stretch]] = {}
        self.blocked: dict[UUID, list[Stretch]] = {
            who: list(stretches) for who, stretches in world.taken.items()
        }
        for who, shifts in world.shifts.items():
            valid = [(day, shift) for day in days for shift in _of_day(shifts, day)]
            self.shifts[who] = [world.stretch(day, one.starts, one.ends) for day, one in valid]
            pauses = [world.stretch(day, *pause) for day, one in valid for pause in one.breaks]
            blocked = [*self.blocked.get(who, []), *pauses, *world.away.get(who, [])]
            self.blocked[who] = blocked

    def starts(self, visit: Sequence[Sequence[Task]], day: date) -> dict[datetime, set[UUID]]:
        """Each start on this date and who could begin."""
        found = {}
        for instant, wall in minutes_around(self.world.zone, day):
            if wall.date() != day or (wall.hour * 60 + wall.minute) % self.world.step:
                continue
            able = {task.staff_id for task in visit[0] if self.begins(task, visit, 0, instant)}
            if able:
                found[instant] = able
        return found

    def begins(
        self, task: Task, visit: Sequence[Sequence[Task]], index: int, start: datetime
    ) -> bool:
        """Whether this way of doing the service works, and one of each later service after it."""
        if not self.works(task, start):
            return False
        if index + 1 == len(visit):
            return True
        ends = start + task.duration * MINUTE
        return any(self.begins(each, visit, index + 1, ends) for each in visit[index + 1])

    def works(self, task: Task, start: datetime) -> bool:
        """Whether person, house and things are free for one service."""
        end = start + task.duration * MINUTE
        hands_on = [(start - task.buffer_before * MINUTE, start + task.active * MINUTE)]
        if task.finish:
            hands_on.append((end - task.finish * MINUTE, end))
        cleaning = (end, end + task.buffer_after * MINUTE)
        whole = (hands_on[0][0], cleaning[1])
        return (
            _covered(self.open, (start, end))
            and all(_covered(self.open, part) for part in hands_on)
            and all(_covered(self.shifts.get(task.staff_id, ()), part) for part in hands_on)
            and not any(
                _touches(self.blocked.get(task.staff_id, ()), part)
                for part in [*hands_on, cleaning]
            )
            and all(
                any(not _touches(self.blocked.get(thing, ()), whole) for thing in things)
                for things in (self.world.groups[group] for group in task.group_ids)
            )
        )


def _of_day(shifts: Sequence[Shift], day: date) -> list[Shift]:
    dated = [shift for shift in shifts if shift.date == day]
    return dated or [shift for shift in shifts if shift.weekday == day.weekday()]


def _covered(stretches: Iterable[Stretch], part: Stretch) -> bool:
    """Whether every minute of `part` is in some stretch."""
    given = list(stretches)
    instant = part[0]
    while instant < part[1]:
        inside = [end for begin, end in given if begin <= instant < end]
        if not inside:
            return False
        instant = max(inside)
    return True


def _touches(stretches: Iterable[Stretch], part: Stretch) -> bool:
    return part[0] < part[1] and any(
        begin < part[1] and part[0] < end for begin, end in stretches if begin < end
    )
