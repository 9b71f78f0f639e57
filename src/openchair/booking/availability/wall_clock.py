"""Wall-clock patterns of a salon laid onto UTC minutes, exact on days of 23 or 25 hours.

Pure. An opening time that the clocks skip moves to the moment they jump. In an hour that happens
twice, what begins begins the first time, and what ends ends when the clock has shown less than its
end for the last time.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 1440
MINUTE = timedelta(minutes=1)


class WallClock:
    """The dates `first…last` of one zone as minutes after `base`, the midnight a day before.

    The day on either side is for buffers and for visits past midnight. `dates` begin one day
    sooner still: a shift of that date may run into the window, its own minutes are negative.
    """

    MARGIN = timedelta(days=1)

    def __init__(self, zone: ZoneInfo, first: date, last: date) -> None:
        self.zone = zone
        self.first, self.last = first, last
        self._days = [
            first - 2 * self.MARGIN + timedelta(days=number)
            for number in range((last - first).days + 5)
        ]
        self.base = _instant(zone, first - self.MARGIN, 0)
        self._midnights = {day: self.minute_of(_instant(zone, day, 0)) for day in self._days}
        self.length = self._midnights[self._days[-1]]
        self.dates = self._days[:-1]

    def minute_of(self, instant: datetime) -> int:
        """Whole minutes from `base` to an aware instant, rounded down."""
        return int((instant - self.base).total_seconds() // 60)

    def instant_of(self, minute: int) -> datetime:
        """The instant of a minute, in the salon's zone."""
        return (self.base + timedelta(minutes=minute)).astimezone(self.zone)

    def midnight(self, day: date) -> int:
        """The minute at which a local date begins."""
        return self._midnights[day]

    def interval(self, day: date, opens: int, closes: int) -> tuple[int, int]:
        """The stretch from wall minute `opens` to `closes` of a date; past 1440 = next day."""
        return self._begin(day, opens), self._end(day, closes)

    def grid(self, day: date, step: int) -> Iterator[int]:
        """The minutes of a date whose wall-clock minute is a multiple of `step`."""
        begins, ends = self._midnights[day], self._midnights[day + timedelta(days=1)]
        if ends - begins == DAY:
            yield from range(begins, ends, step)
            return
        for minute in range(begins, ends):
            wall = self.instant_of(minute)
            if (wall.hour * 60 + wall.minute) % step == 0:
                yield minute

    def _begin(self, day: date, wall_minute: int) -> int:
        return self._occurrence(day, wall_minute, fold=0)

    def _end(self, day: date, wall_minute: int) -> int:
        return self._occurrence(day, wall_minute, fold=1)

    def _occurrence(self, day: date, wall_minute: int, *, fold: int) -> int:
        day, wall_minute = day + timedelta(days=wall_minute // DAY), wall_minute % DAY
        following = day + timedelta(days=1)
        if following not in self._midnights:
            return self.length
        begins = self._midnights[day]
        if self._midnights[following] - begins == DAY:
            return begins + wall_minute
        return self.minute_of(_instant(self.zone, day, wall_minute, fold=fold))


def _instant(zone: ZoneInfo, day: date, wall_minute: int, *, fold: int = 0) -> datetime:
    """The UTC instant of a wall-clock time; one that the clocks skip is the moment of the jump."""
    wall = datetime.combine(day, time(wall_minute // 60, wall_minute % 60), tzinfo=zone)
    early, late = (wall.replace(fold=each).astimezone(UTC) for each in (0, 1))
    if early < late and fold:
        return (wall - MINUTE).replace(fold=1).astimezone(UTC) + MINUTE
    if early <= late:
        return early
    return _jump(zone, late, early)


def _jump(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The instant between two at which the zone's offset changes, by bisection to the minute."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(minutes=1):
        middle = before + timedelta(minutes=(after - before) // timedelta(minutes=2))
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
