"""Times of a salon file: hours of a day, shifts with their breaks, and stretches of absence.

Read from text such as `09:00-18:30 without 12:30-13:15`, kept as minutes, written back the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer, PlainValidator

DAY = 1440
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_PROBLEM = "must be hours such as 09:00-18:30"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a day in minutes since local midnight; past 1440 is the next day."""

    starts: int
    ends: int

    def __str__(self) -> str:
        return f"{_clock(self.starts)}-{_clock(self.ends)}"


@dataclass(frozen=True, slots=True, order=True)
class Shift(Span):
    """Hours at work with the breaks in them, in the same minutes."""

    breaks: tuple[Span, ...] = ()

    def __str__(self) -> str:
        hours = str(Span(self.starts, self.ends))
        return f"{hours} without {' and '.join(map(str, self.breaks))}" if self.breaks else hours


def _clock(minute: int) -> str:
    if minute > DAY:
        minute -= DAY
    return f"{minute // 60:02}:{minute % 60:02}"


def read_span(value: Any) -> Span:
    """`09:00-18:30`; an end at or before the start is on the next day."""
    found = _HOURS.fullmatch(str(value).strip())
    if found is None:
        raise ValueError(f"{_PROBLEM}, not {value!s:.40}")
    hours = [int(part) for part in found.groups()]
    starts, ends = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if hours[1] > 59 or hours[3] > 59 or starts >= DAY or ends > DAY:
        raise ValueError(f"{_PROBLEM}, not {value!s:.40}; a day ends at 24:00")
    return Span(starts, ends if ends > starts else ends + DAY)


def read_shift(value: Any) -> Shift:
    """`09:00-18:30 without 12:30-13:15 and 16:00-16:15`."""
    hours, _, pauses = str(value).partition(" without ")
    whole = read_span(hours)
    breaks = sorted(_inside(whole, read_span(each)) for each in pauses.split(" and ") if each)
    _refuse_overlap(breaks, "breaks")
    return Shift(whole.starts, whole.ends, tuple(breaks))


def _inside(whole: Span, pause: Span) -> Span:
    if pause.starts < whole.starts:
        pause = Span(pause.starts + DAY, pause.ends + DAY)
    if pause.ends > whole.ends:
        raise ValueError(f"has a break that is not inside {whole}")
    return pause


def _refuse_overlap(spans: Sequence[Span], what: str) -> None:
    for earlier, later in pairwise(spans):
        if later.starts < earlier.ends:
            raise ValueError(f"has {what} that overlap: {earlier} and {later}")


def _listed(value: Any) -> list[Any]:
    if value == "closed":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _read_spans(value: Any) -> tuple[Span, ...]:
    spans = sorted(each if isinstance(each, Span) else read_span(each) for each in _listed(value))
    _refuse_overlap(spans, "hours")
    return tuple(spans)


def _read_shifts(value: Any) -> tuple[Shift, ...]:
    shifts = sorted(
        each if isinstance(each, Shift) else read_shift(each) for each in _listed(value)
    )
    _refuse_overlap(shifts, "shifts")
    return tuple(shifts)


def _write_spans(spans: Sequence[Span]) -> list[str] | str:
    texts = [str(span) for span in spans]
    return texts[0] if len(texts) == 1 else texts


_as_text = PlainSerializer(_write_spans)
Spans = Annotated[tuple[Span, ...], PlainValidator(_read_spans), _as_text]
Shifts = Annotated[tuple[Shift, ...], PlainValidator(_read_shifts), _as_text]


# ------------------------------------------------------------------------- moments


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, or a date with a wall-clock time, in the salon's zone."""

    day: date
    clock: time | None = None

    def __str__(self) -> str:
        return f"{self.day} {self.clock:%H:%M}" if self.clock is not None else str(self.day)

    def starts(self, zone: ZoneInfo) -> datetime:
        """The instant it begins: its time, or the midnight before its day."""
        return datetime.combine(self.day, self.clock or time(), zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """The instant it ends: its time, or the midnight after its day."""
        if self.clock is not None:
            return datetime.combine(self.day, self.clock, zone)
        return datetime.combine(self.day + timedelta(days=1), time(), zone)


def begins_at(instant: datetime, zone: ZoneInfo) -> Moment:
    """The moment whose `starts` is this instant."""
    local = instant.astimezone(zone)
    return Moment(local.date(), None if local.time() == time() else local.time())


def ends_at(instant: datetime, zone: ZoneInfo) -> Moment:
    """The moment whose `ends` is this instant."""
    local = instant.astimezone(zone)
    if local.time() == time():
        return Moment(local.date() - timedelta(days=1))
    return Moment(local.date(), local.time())


def _read_moment(value: Any) -> Moment:
    if isinstance(value, Moment):
        return value
    day, _, clock = str(value).strip().partition(" ")
    try:
        found = Moment(read_date(day), time.fromisoformat(clock) if clock else None)
    except ValueError:
        raise ValueError("must be a date such as 2026-12-24, or 2026-12-24 13:30") from None
    if found.clock and (found.clock.tzinfo or found.clock.second or found.clock.microsecond):
        raise ValueError("must name hours and minutes only, as in 2026-12-24 13:30")
    return found


def read_date(value: Any) -> date:
    """`2026-12-24`, between 2000 and 2100."""
    if isinstance(value, date):
        return value
    try:
        found = date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"must be a date such as 2026-12-24, not {value!s:.40}") from None
    if not 2000 <= found.year < 2100:
        raise ValueError("must lie between 2000 and 2099")
    return found


Date = Annotated[date, PlainValidator(read_date), PlainSerializer(str)]
When = Annotated[Moment, PlainValidator(_read_moment), PlainSerializer(str)]
