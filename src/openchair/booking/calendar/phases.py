"""When in a service hands are on and when it processes by itself: read from what is really taken,
so that it holds for visits that were booked before the service changed. Pure.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from openchair.booking.calendar.shapes import Phased, Stretch


def phases(start: datetime, end: datetime, busy: Iterable[Stretch]) -> tuple[Phased, ...]:
    """The service from `start` to `end`, whose stylist is taken in `busy` (buffers may reach
    beyond it), in the zone of `start`. Nothing taken within it: hands-on all the time.
    """
    zone = start.tzinfo
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    found: list[Phased] = []
    reached = first
    for begins, ends in sorted(_within(first, last, busy)) or [(first, last)]:
        if begins > reached:
            found.append(Phased(reached.astimezone(zone), begins.astimezone(zone), "processing"))
        if ends > max(begins, reached):
            late = any(each.phase == "processing" for each in found)
            since = max(begins, reached).astimezone(zone)
            found.append(Phased(since, ends.astimezone(zone), "finish" if late else "active"))
        reached = max(reached, ends)
    if reached < last:
        found.append(Phased(reached.astimezone(zone), end, "processing"))
    return tuple(found)


def _within(first: datetime, last: datetime, busy: Iterable[Stretch]) -> list[Stretch]:
    """What of `busy` lies inside, in UTC: wall clocks cannot be compared in the hour that happens
    twice.
    """
    instants = [(begins.astimezone(UTC), ends.astimezone(UTC)) for begins, ends in busy]
    return [
        (max(begins, first), min(ends, last))
        for begins, ends in instants
        if begins < last and ends > first
    ]
