"""From the time series to the lines of a plot: which metric, which number of it, which labels. Pure
but for the reading of `read`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.metrics import queries
from openchair.operations.metrics.rules import QUIET_ROUTES, Sum
from openchair.platform.metrics import catalogue
from openchair.platform.metrics.series import Metric

MOST_LINES = 6
Number = Callable[[Sum], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One plot to be made. `by` are the labels that make a line each; `limit` is a threshold in the
    plot's `unit`; `numbers` are lines of the same series.
    """

    key: str
    title: str
    unit: str
    metric: Metric
    numbers: Mapping[str, Number]
    by: str = ""
    where: Mapping[str, str] | None = None
    without_quiet_routes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line: its name, and its value at each moment that has one."""

    name: str
    values: Mapping[datetime, float]


def _ms(share: float) -> Number:
    def number(found: Sum) -> float | None:
        seconds = found.percentile(share)
        return None if seconds is None else seconds * 1000

    return number


def _rate(found: Sum) -> float:
    return found.rate


def _per_minute(found: Sum) -> float:
    return found.rate * 60


def _last(found: Sum) -> float:
    return found.last


def _megabytes(found: Sum) -> float:
    return found.last / 1e6


DRAWINGS: Sequence[Drawing] = (
    Drawing(
        key="response-time",
        title="Response time",
        unit="ms",
        metric=catalogue.HTTP_DURATION,
        numbers={"95 of 100": _ms(0.95), "half": _ms(0.5)},
        without_quiet_routes=True,
    ),
    Drawing(
        key="requests",
        title="Requests",
        unit="/s",
        metric=catalogue.HTTP_REQUESTS,
        numbers={"": _rate},
        by="status",
    ),
    Drawing(
        key="messages",
        title="Messages, by how a try ended",
        unit="/min",
        metric=catalogue.MESSAGES,
        numbers={"": _per_minute},
        by="outcome",
    ),
    Drawing(
        key="outbound",
        title="Calls to others, 95 of 100",
        unit="ms",
        metric=catalogue.OUTBOUND_DURATION,
        numbers={"": _ms(0.95)},
        by="service",
    ),
    Drawing(
        key="pool",
        title="Database connections in use",
        unit="",
        metric=catalogue.POOL_IN_USE,
        numbers={"": _last},
        by="process",
    ),
    Drawing(
        key="loop-lag",
        title="Event loop lag, 95 of 100",
        unit="ms",
        metric=catalogue.LOOP_LAG,
        numbers={"": _ms(0.95)},
        by="process",
    ),
    Drawing(
        key="memory",
        title="Memory of a process",
        unit="MB",
        metric=catalogue.MEMORY,
        numbers={"": _megabytes},
        by="process",
    ),
    Drawing(
        key="errors",
        title="Defects",
        unit="/min",
        metric=catalogue.ERRORS,
        numbers={"": _per_minute},
        by="where",
    ),
)


async def read(
    session: AsyncSession, drawing: Drawing, *, since: datetime, until: datetime, points: int
) -> list[Series]:
    """Its lines, the fullest first; at most six."""
    labels = ("route",) if drawing.without_quiet_routes else ((drawing.by,) if drawing.by else ())
    found = await queries.lines(
        session,
        name=drawing.metric.name,
        since=since,
        until=until,
        where=drawing.where,
        by=labels,
        points=points,
    )
    if drawing.without_quiet_routes:
        loud = [line for line in found if line.labels.get("route") not in QUIET_ROUTES]
        merged = merge(point for line in loud for point in line.points)
        return [_series(name, number, merged) for name, number in drawing.numbers.items()]
    fullest = sorted(found, key=lambda line: -sum(each.sum.total for each in line.points))
    return [
        _series(name or line.labels.get(drawing.by, drawing.title), number, line.points)
        for line in fullest[:MOST_LINES]
        for name, number in drawing.numbers.items()
    ]


def merge(points: Iterable[queries.Point]) -> list[queries.Point]:
    """Points of several lines at the same moment as one."""
    found: dict[datetime, Sum] = {}
    for point in points:
        before = found.get(point.at)
        found[point.at] = point.sum if before is None else _added(before, point.sum)
    return [queries.Point(at=at, sum=found[at]) for at in sorted(found)]


def _added(one: Sum, other: Sum) -> Sum:
    longest = max(len(one.buckets), len(other.buckets))
    first = (*one.buckets, *(0,) * (longest - len(one.buckets)))
    second = (*other.buckets, *(0,) * (longest - len(other.buckets)))
    return replace(
        one,
        count=one.count + other.count,
        total=one.total + other.total,
        least=min(one.least, other.least),
        most=max(one.most, other.most),
        last=other.last,
        buckets=tuple(a + b for a, b in zip(first, second, strict=True)),
    )


def _series(name: str, number: Number, points: Iterable[queries.Point]) -> Series:
    values = {point.at: number(point.sum) for point in points}
    return Series(
        name=name, values={at: value for at, value in values.items() if value is not None}
    )
