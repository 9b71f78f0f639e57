"""What the log is made of over a stretch of time: levels, events, errors, slow requests, by process
and by minute. One pass, bounded memory. `openchair logs analyze` and the console call it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import heappushpop
from pathlib import Path

from openchair.operations.logs.errors import Errors, Gathered, joined
from openchair.operations.logs.window import Heard, Window
from openchair.platform.logging.read import Line

REQUESTS = "openchair.requests"
TOP = 10
MOST_EVENTS = 2000
MOST_BINS = 3000
OTHER = "other"
MINUTES_SERVE_SECONDS = 36 * 3600


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SlowRequest:
    """A request that took long (milliseconds)."""

    milliseconds: float
    at: datetime
    method: str
    path: str
    status: int
    correlation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Lines and errors of one minute (or hour, of a long time) from `at` on."""

    at: datetime
    lines: int
    errors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The log since then. `bin_seconds` says how wide a bin is; `is_whole` is False when there
    were more lines than are read at most, `reached` is then how far back they go.
    """

    since: datetime
    until: datetime
    reached: datetime | None
    is_whole: bool
    lines: int
    levels: dict[str, int]
    processes: dict[str, int]
    events: list[tuple[str, int]]
    errors: Errors
    slow: list[SlowRequest]
    bins: list[Bin]
    bin_seconds: int


def analyze(folder: Path, *, since: datetime, now: datetime, hear: Heard | None = None) -> Analysis:
    """Read the lines since then once and count."""
    window = Window(folder, since=since, hear=hear)
    width = 60 if (now - since).total_seconds() <= MINUTES_SERVE_SECONDS else 3600
    tally, errors = _Tally(width), Gathered(since)
    for line in joined(window):
        tally.take(line)
        errors.take(line)
    return Analysis(
        since=since,
        until=now,
        reached=window.reached,
        is_whole=window.is_whole,
        lines=window.read,
        levels=dict(tally.levels.most_common()),
        processes=dict(tally.processes.most_common()),
        events=tally.events.most_common(TOP),
        errors=errors.told(log_begins=window.reached),
        slow=sorted(tally.slow, reverse=True),
        bins=tally.bins(),
        bin_seconds=width,
    )


class _Tally:
    def __init__(self, width: int) -> None:
        self.levels: Counter[str] = Counter()
        self.processes: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.slow: list[SlowRequest] = []
        self._width = width
        self._lines: Counter[int] = Counter()
        self._errors: Counter[int] = Counter()

    def take(self, line: Line) -> None:
        level = str(line.fields.get("level", "unstructured"))
        event = str(line.fields.get("event", ""))[:100]
        self.levels[level] += 1
        self.processes[line.file] += 1
        known = event in self.events or len(self.events) < MOST_EVENTS
        self.events[event if known else OTHER] += 1
        place = int(line.at.timestamp()) // self._width
        if place in self._lines or len(self._lines) < MOST_BINS:
            self._lines[place] += 1
            self._errors[place] += level in {"error", "critical", "unstructured"}
        if line.fields.get("logger") == REQUESTS:
            self._note(line)

    def _note(self, line: Line) -> None:
        milliseconds, status = line.fields.get("milliseconds"), line.fields.get("status")
        if not isinstance(milliseconds, int | float) or not isinstance(status, int):
            return
        found = SlowRequest(
            milliseconds=float(milliseconds),
            at=line.at,
            method=str(line.fields.get("method", "")),
            path=str(line.fields.get("path", "")),
            status=status,
            correlation_id=str(line.fields.get("correlation_id", "")),
        )
        if len(self.slow) < TOP:
            self.slow.append(found)
            self.slow.sort()
        elif found > self.slow[0]:
            heappushpop(self.slow, found)

    def bins(self) -> list[Bin]:
        return [
            Bin(
                at=datetime.fromtimestamp(place * self._width, UTC),
                lines=count,
                errors=self._errors[place],
            )
            for place, count in sorted(self._lines.items())
        ]
