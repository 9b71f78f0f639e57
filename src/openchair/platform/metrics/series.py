"""Metrics of this process: what is counted, and the children that are counted on.

Rooms count on what `catalogue.py` declares. A child (`Series`) is found once and kept by whoever
counts often. Nothing here does I/O or takes a lock: one thread counts, and a line that another
thread logs at the same instant may be lost.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf

OTHER = "other"
MOST_SERIES = 400


class Kind(StrEnum):
    """Counters only grow; gauges go up and down; histograms count observations by their size."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Told(StrEnum):
    """How the time series keep processes apart: not at all, by kind (web, worker, watch), or each
    process by itself, as its memory must be.
    """

    TOGETHER = "together"
    BY_PROCESS = "by_process"
    BY_INSTANCE = "by_instance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What was observed in one child since the last time somebody asked."""

    count: int
    total: float
    least: float
    most: float
    last: float
    buckets: tuple[int, ...] | None


class Series:
    """One child of a metric. `last` of a gauge is its value now; `buckets` count the observations
    up to each bound, the last one those above all.
    """

    __slots__ = ("bounds", "buckets", "count", "labels", "last", "least", "most", "told", "total")

    def __init__(self, labels: tuple[str, ...], bounds: tuple[float, ...]) -> None:
        self.labels = labels
        self.bounds = bounds
        self.buckets = [0] * (len(bounds) + 1) if bounds else []
        self.count = 0
        self.total = 0.0
        self.last = 0.0
        self.least, self.most = inf, -inf
        self.told: tuple[int, float, tuple[int, ...]] = (0, 0.0, (0,) * len(self.buckets))

    def inc(self, amount: float = 1.0) -> None:
        """A counter grows."""
        self.count += 1
        self.total += amount

    def observe(self, value: float) -> None:
        """A histogram learns one value."""
        self.buckets[bisect_left(self.bounds, value)] += 1
        self.sample(value)

    def sample(self, value: float) -> None:
        """A gauge is looked at."""
        self.count += 1
        self.total += value
        self.last = value
        self.least = min(self.least, value)
        self.most = max(self.most, value)

    def take(self) -> Difference | None:
        """What came since the last call; None when nothing did. There is one taker a process."""
        count, total, buckets = self.told
        if self.count == count:
            return None
        now = tuple(self.buckets)
        grown = self.total - total
        seen = self.most >= self.least  # a counter has no sizes of its own
        found = Difference(
            count=self.count - count,
            total=grown,
            least=self.least if seen else grown,
            most=self.most if seen else grown,
            last=self.last if seen else grown,
            buckets=tuple(a - b for a, b in zip(now, buckets, strict=True)) if now else None,
        )
        self.told = (self.count, self.total, now)
        self.least, self.most = inf, -inf
        return found


class Metric:
    """One metric with its children by the values of its labels. Past `most` children everything
    new is counted together as `other`, so that no caller can fill our memory.
    """

    def __init__(
        self,
        name: str,
        kind: Kind,
        meaning: str,
        *,
        unit: str,
        labels: Sequence[str] = (),
        bounds: Sequence[float] = (),
        told: Told = Told.TOGETHER,
        most: int = MOST_SERIES,
    ) -> None:
        self.name, self.kind, self.meaning, self.unit = name, kind, meaning, unit
        self.labels = tuple(labels)
        self.bounds = tuple(bounds)
        self.told = told
        self.most = most
        self._children: dict[tuple[str, ...], Series] = {}

    def of(self, *values: str) -> Series:
        """The child with these label values, made at its first use."""
        found = self._children.get(values)
        if found is not None:
            return found
        if len(values) != len(self.labels):
            raise ValueError(f"{self.name} has the labels {', '.join(self.labels) or 'none'}")
        if len(self._children) >= self.most:
            values = (OTHER,) * len(self.labels)
        return self._children.setdefault(values, Series(values, self.bounds))

    def children(self) -> Iterator[Series]:
        """All that was counted on so far."""
        yield from tuple(self._children.values())
