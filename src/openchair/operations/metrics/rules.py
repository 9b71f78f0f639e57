"""What stored figures mean: percentiles out of buckets, and the measures of the traffic. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from openchair.platform.metrics.catalogue import (
    HTTP_DURATION,
    HTTP_REQUESTS,
    LOOP_LAG,
    METRICS,
)

FEWEST_FOR_A_RATE = 20
QUIET_ROUTES = frozenset(
    {
        "/static/{name}",
        "/api/vitals",
        *(
            f"{prefix}/{name}"
            for prefix in ("/api", "/.netlify/functions")
            for name in ("health", "health-check", "ready", "ready-check", "metrics")
        ),
    }
)
"""Who only asks how we are is no traffic: to answer that something is wrong is no error of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What was observed in `seconds`, of one series or of several together."""

    seconds: float
    count: int = 0
    total: float = 0.0
    least: float = 0.0
    most: float = 0.0
    last: float = 0.0
    buckets: tuple[int, ...] = ()
    bounds: tuple[float, ...] = ()

    @property
    def rate(self) -> float:
        """A counter's growth in a second."""
        return self.total / self.seconds if self.seconds else 0.0

    @property
    def mean(self) -> float:
        """The average of what was observed, in the metric's unit."""
        return self.total / self.count if self.count else 0.0

    def percentile(self, share: float) -> float | None:
        """The value that `share` (0 to 1) of the observations do not exceed, from a histogram's
        buckets: evenly within each, never above what was really seen. None without observations.
        """
        return percentile(self.buckets, self.bounds, share=share, most=self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One row of the time series."""

    name: str
    labels: Mapping[str, str]
    at: datetime
    count: int
    total: float
    least: float
    most: float
    last: float
    buckets: tuple[int, ...]


def percentile(
    buckets: Sequence[int], bounds: Sequence[float], *, share: float, most: float
) -> float | None:
    """See `Sum.percentile`."""
    upto = list(accumulate(buckets))
    if not upto or upto[-1] == 0:
        return None
    wanted = share * upto[-1]
    place = bisect_left(upto, wanted)
    if place >= len(bounds):
        return most
    before = upto[place - 1] if place else 0
    floor = bounds[place - 1] if place else 0.0
    within = (wanted - before) / buckets[place] if buckets[place] else 0.0
    return min(floor + (bounds[place] - floor) * within, most)


def summed(rows: Iterable[Stored], *, seconds: float) -> Sum:
    """Several rows of one metric together."""
    found = list(rows)
    if not found:
        return Sum(seconds=seconds)
    longest = max(len(row.buckets) for row in found)
    buckets = [0] * longest
    for row in found:
        for place, number in enumerate(row.buckets):
            buckets[place] += number
    metric = METRICS.get(found[0].name)
    return Sum(
        seconds=seconds,
        count=sum(row.count for row in found),
        total=sum(row.total for row in found),
        least=min(row.least for row in found),
        most=max(row.most for row in found),
        last=max(found, key=lambda row: row.at).last,
        buckets=tuple(buckets),
        bounds=metric.bounds if metric else (),
    )


def traffic_measures(rows: Sequence[Stored], *, seconds: float) -> dict[str, float]:
    """`requests` a second, `response-time` (95th percentile, ms), `error-rate` (% answered by
    5xx) and `loop-lag` (95th percentile, ms) over all web processes. A rate of errors
    needs 20 requests, the percentiles need one.
    """
    found: dict[str, float] = {}
    asked = [row for row in _of(rows, HTTP_REQUESTS.name) if _is_traffic(row)]
    count = sum(row.total for row in asked)
    found["requests"] = count / seconds if seconds else 0.0
    slow = [row for row in _of(rows, HTTP_DURATION.name) if _is_traffic(row)]
    if (duration := summed(slow, seconds=seconds).percentile(0.95)) is not None:
        found["response-time"] = duration * 1000
    if count >= FEWEST_FOR_A_RATE:
        failed = sum(row.total for row in asked if row.labels.get("status") == "5xx")
        found["error-rate"] = failed / count * 100
    lag = [row for row in _of(rows, LOOP_LAG.name) if row.labels.get("process") == "web"]
    if (late := summed(lag, seconds=seconds).percentile(0.95)) is not None:
        found["loop-lag"] = late * 1000
    return found


def _of(rows: Iterable[Stored], name: str) -> list[Stored]:
    return [row for row in rows if row.name == name]


def _is_traffic(row: Stored) -> bool:
    return row.labels.get("route") not in QUIET_ROUTES
