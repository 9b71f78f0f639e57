"""A week of working or opening hours as a form: stretches of a day, from and to. Pure.

Called by the place's and the team's pages. A day without times is a day off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from openchair.booking.team.week import Span, span_between
from openchair.platform.errors import Invalid
from openchair.web.console.door import Desk
from openchair.web.console.forms import Typed

FEWEST, MOST = 2, 4


@dataclass(frozen=True, slots=True)
class DayFields:
    """One weekday as typed: pairs of `09:00` and `12:30`; `field` is what errors call it."""

    field: str
    name: str
    times: tuple[tuple[str, str], ...]


def week_fields(desk: Desk, week: Mapping[int, Sequence[Span]]) -> tuple[DayFields, ...]:
    """The form of a week that is known, Monday (0) first."""
    return tuple(
        DayFields(
            f"day_{day}", desk.formats.weekday(day), _shown([_texts(s) for s in week.get(day, ())])
        )
        for day in range(7)
    )


def typed_week(desk: Desk, typed: Typed) -> tuple[DayFields, ...]:
    """The form as it was sent."""
    return tuple(
        DayFields(f"day_{day}", desk.formats.weekday(day), typed_times(typed, f"day_{day}"))
        for day in range(7)
    )


def typed_times(typed: Typed, field: str) -> tuple[tuple[str, str], ...]:
    """The stretches of one day as they were sent."""
    sent = [
        (typed.trimmed(f"{field}_from_{number}"), typed.trimmed(f"{field}_to_{number}"))
        for number in range(MOST)
    ]
    return _shown([times for times in sent if any(times)])


def read_week(fields: Sequence[DayFields]) -> dict[int, tuple[Span, ...]]:
    """The week in minutes. Raises `Invalid` on `day_0` … `day_6`."""
    return {day: read_times(each.times, field=each.field) for day, each in enumerate(fields)}


def read_times(times: Sequence[tuple[str, str]], *, field: str) -> tuple[Span, ...]:
    """The stretches of one day in minutes. Raises `Invalid` on `field`."""
    found = []
    for begins, ends in times:
        if not begins and not ends:
            continue
        if not begins or not ends:
            raise Invalid("Please give both times, from and to, or none.", field=field)
        found.append(span_between(_minute(begins, field), _minute(ends, field)))
    return tuple(found)


def _shown(times: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """What is there and room for one more."""
    wanted = max(FEWEST, min(MOST, len(times) + 1))
    return (*times, *((("", ""),) * MOST))[:wanted]


def _texts(span: Span) -> tuple[str, str]:
    return _clock(span.starts), _clock(span.ends)


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _minute(text: str, field: str) -> int:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        raise Invalid("Please give times such as 09:00.", field=field) from None
    return found.hour * 60 + found.minute
