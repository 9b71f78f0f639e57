"""How the memory of each process went, and whether it grows: `openchair monitor memory` and
`monitoring memory-leak-detection`. The judgement is pure: Theil and Sen's slope, and the test of
Mann and Kendall over the whole and over each half, since a single jump is no growth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from math import erf, sqrt
from statistics import median
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.metrics.queries import lines
from openchair.platform.metrics.catalogue import MEMORY

FEWEST_POINTS = 30
MOST_POINTS = 300
WARM_UP = timedelta(minutes=10)
"""What a process takes in its first minutes is no leak."""
SURE = 0.99
GROWN_PERCENT = 5.0
Verdict = Literal["too few points", "steady", "grows", "may grow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryLine:
    """One process over time: moments (UTC) and bytes."""

    process: str
    instance: str
    points: tuple[tuple[datetime, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """`slope` in bytes an hour, `confidence` (0 to 1) that it grows at all, `grown_percent` over
    the time looked at. `grows` is more than 99 % sure, goes on in both halves of that time, and is
    more than 5 %; `may grow` is less.
    """

    process: str
    instance: str
    points: int
    minutes: float
    bytes_now: float
    slope: float | None
    confidence: float | None
    grown_percent: float | None
    verdict: Verdict


async def memory_lines(
    session: AsyncSession, *, since: datetime, until: datetime
) -> list[MemoryLine]:
    """Every process that wrote figures in that time."""
    found = await lines(
        session,
        name=MEMORY.name,
        since=since,
        until=until,
        by=("process", "instance"),
        points=MOST_POINTS,
    )
    return [
        MemoryLine(
            process=each.labels.get("process", ""),
            instance=each.labels.get("instance", ""),
            points=tuple((point.at, point.sum.last) for point in each.points),
        )
        for each in found
    ]


def growth_of(line: MemoryLine) -> Growth:
    """Pure: whether this process grows, after its first ten minutes."""
    begun = line.points[0][0] if line.points else None
    points = [
        (at, value) for at, value in line.points if begun is not None and at - begun >= WARM_UP
    ]
    bytes_now = line.points[-1][1] if line.points else 0.0
    minutes = (points[-1][0] - points[0][0]).total_seconds() / 60 if points else 0.0
    if len(points) < FEWEST_POINTS:
        return Growth(
            process=line.process,
            instance=line.instance,
            points=len(points),
            minutes=minutes,
            bytes_now=bytes_now,
            slope=None,
            confidence=None,
            grown_percent=None,
            verdict="too few points",
        )
    slope = sen_slope(points)
    confidence = kendall_confidence([value for _, value in points])
    first = median(value for _, value in points[: len(points) // 5 or 1])
    grown = 100 * slope * minutes / 60 / first if first else 0.0
    verdict: Verdict = "steady"
    if confidence >= SURE and slope > 0 and _goes_on(points):
        verdict = "grows" if grown >= GROWN_PERCENT else "may grow"
    return Growth(
        process=line.process,
        instance=line.instance,
        points=len(points),
        minutes=minutes,
        bytes_now=bytes_now,
        slope=slope,
        confidence=confidence,
        grown_percent=grown,
        verdict=verdict,
    )


def _goes_on(points: Sequence[tuple[datetime, float]]) -> bool:
    """Whether it rises in both halves: a single jump is a rise in one of them at most."""
    values, middle = [value for _, value in points], len(points) // 2
    return all(kendall_confidence(half) >= SURE for half in (values[:middle], values[middle:]))


def sen_slope(points: Sequence[tuple[datetime, float]]) -> float:
    """The median of the slopes between all pairs of points, per hour."""
    return median(
        (later - earlier) / ((at - before).total_seconds() / 3600)
        for (before, earlier), (at, later) in combinations(points, 2)
        if at > before
    )


def kendall_confidence(values: Sequence[float]) -> float:
    """How sure it is (0 to 1) that the values rise with time: the test of Mann and Kendall, one
    sided, with its correction for values that are equal.
    """
    n = len(values)
    score = sum((b > a) - (b < a) for a, b in combinations(values, 2))
    counts: dict[float, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    ties = sum(t * (t - 1) * (2 * t + 5) for t in counts.values())
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    if variance <= 0 or score == 0:
        return 0.5
    z = (score - (1 if score > 0 else -1)) / sqrt(variance)
    return 0.5 * (1 + erf(z / sqrt(2)))
