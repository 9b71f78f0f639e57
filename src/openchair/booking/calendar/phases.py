"""When in a service hands are on and when it processes by itself: read from what is really taken,
so that it holds for visits that were booked before the service changed. Pure.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from openchair.booking.calendar.shapes import Phased, Stretch

Local = Callable[[datetime], datetime]


def phases(
    start: datetime, end: datetime, busy: Iterable[Stretch], *, local: Local
) -> tuple[Phased, ...]:
    """The service from `start` to `end`, whose stylist is taken in `busy` (buffers may reach
    beyond it); all in UTC, as wall clocks cannot be compared in the hour that happens twice.
    `local` makes salon time of it. Nothing taken within it: hands-on all the time.
    """
    found: list[Phased] = []
    reached = start
    late = False
    for begins, ends in sorted(_within(start, end, busy)) or [(start, end)]:
        if begins > reached:
            late = True
            found.append(Phased(local(reached), local(begins), "processing"))
        since = max(begins, reached)
        if ends > since:
            found.append(Phased(local(since), local(ends), "finish" if late else "active"))
        reached = max(reached, ends)
    if reached < end:
        found.append(Phased(local(reached), local(end), "processing"))
    return tuple(found)


def _within(first: datetime, last: datetime, busy: Iterable[Stretch]) -> list[Stretch]:
    """What of `busy` lies inside."""
    return [
        (max(begins, first), min(ends, last))
        for begins, ends in busy
        if begins < last and ends > first
    ]
