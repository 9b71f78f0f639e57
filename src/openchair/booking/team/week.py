"""Working hours as people write them down, and as shifts with breaks: pure, no I/O.

Somebody who works from nine to noon and from one to six has one shift with a break in it. Minutes
are since local midnight; an end past 1440 is on the next day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from openchair.platform.errors import Invalid

DAY = 1440
MOST_SPANS = 4


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of work in minutes."""

    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class DayShift:
    """From the first minute of a working day to its last, with the breaks in between."""

    starts: int
    ends: int
    breaks: tuple[Span, ...] = ()


def spans_of(shifts: Sequence[DayShift]) -> tuple[Span, ...]:
    """The stretches in which somebody really works, in order."""
    found: list[Span] = []
    for shift in sorted(shifts, key=lambda each: each.starts):
        begins = shift.starts
        for pause in sorted(shift.breaks):
            if pause.starts > begins:
                found.append(Span(begins, pause.starts))
            begins = max(begins, pause.ends)
        if begins < shift.ends:
            found.append(Span(begins, shift.ends))
    return tuple(found)


def shift_of(spans: Sequence[Span], *, field: str) -> DayShift | None:
    """One shift for a day's stretches; None for a day off. Raises `Invalid` on `field` for more
    than four stretches, an empty one, or two that overlap.
    """
    if not spans:
        return None
    if len(spans) > MOST_SPANS:
        raise Invalid(f"Please give at most {MOST_SPANS} stretches a day.", field=field)
    ordered = sorted(spans)
    for span in ordered:
        if not (0 <= span.starts < DAY and span.starts < span.ends <= 2 * DAY):
            raise Invalid("A stretch of work has to end after it begins.", field=field)
    for earlier, later in pairwise(ordered):
        if later.starts < earlier.ends:
            raise Invalid("Two stretches of the same day overlap. Please part them.", field=field)
    return DayShift(
        starts=ordered[0].starts,
        ends=ordered[-1].ends,
        breaks=tuple(
            Span(earlier.ends, later.starts)
            for earlier, later in pairwise(ordered)
            if later.starts > earlier.ends
        ),
    )


def span_between(starts: int, ends: int) -> Span:
    """The stretch between two times of day; an end at or before the start is on the next day."""
    return Span(starts, ends if ends > starts else ends + DAY)
