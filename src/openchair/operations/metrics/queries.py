"""Reads of the time series: stored rows, and lines for plots. Used by the probe of the traffic, the
baseline, the metrics endpoint and the operations console.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.metrics.rules import Stored, Sum
from openchair.platform.metrics.catalogue import METRICS

MOST_POINTS = 500
MOST_LINES = 50
MOST_ROWS = 20_000
MINUTE, HOUR = 60, 3600
MINUTES_SERVE = timedelta(hours=36)
HOURS_ARE_DONE = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What was observed from `at` (UTC) on."""

    at: datetime
    sum: Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a plot, by the labels that were asked for."""

    labels: Mapping[str, str]
    points: tuple[Point, ...]


async def stored(
    session: AsyncSession,
    *,
    names: Sequence[str],
    since: datetime,
    until: datetime,
    step: int = MINUTE,
) -> list[Stored]:
    """The rows of these metrics that begin in [since, until), at most 20,000 of them."""
    values = {
        "names": list(names),
        "step": step,
        "since": since,
        "until": until,
        "limit": MOST_ROWS,
    }
    return [
        Stored(
            name=row.name,
            labels=row.labels,
            at=row.at,
            count=row.number,
            total=row.total,
            least=row.least,
            most=row.most,
            last=row.last,
            buckets=tuple(row.buckets or ()),
        )
        for row in await session.execute(STORED, values)
    ]


async def lines(
    session: AsyncSession,
    *,
    name: str,
    since: datetime,
    until: datetime,
    where: Mapping[str, str] | None = None,
    by: Sequence[str] = (),
    points: int = MOST_POINTS,
) -> tuple[Line, ...]:
    """The metric from `since` to `until`, a line for each combination of the labels `by`, the
    fullest 50 of them; of series with the labels `where` only. Points are as wide as they must be
    for at most `points` (500) of them: whole minutes, beyond a day and a half whole hours.
    """
    width, cut = resolution(since=since, until=until, points=min(points, MOST_POINTS))
    metric = METRICS.get(name)
    values = {
        "name": name,
        "since": since,
        "until": until,
        "cut": cut,
        "where": dict(where or {}),
        "by": list(by),
        "width": timedelta(seconds=width),
        "lines": MOST_LINES,
        "limit": MOST_LINES * MOST_POINTS,
    }
    found: dict[tuple[tuple[str, str], ...], list[Point]] = {}
    for row in await session.execute(_lines_of(name), values):
        point = Point(
            at=row.at,
            sum=Sum(
                seconds=float(width),
                count=int(row.number),
                total=row.total,
                least=row.least,
                most=row.most,
                last=row.last,
                buckets=tuple(map(int, row.buckets or ())),
                bounds=metric.bounds if metric else (),
            ),
        )
        found.setdefault(tuple(sorted(row.labels.items())), []).append(point)
    return tuple(Line(labels=dict(labels), points=tuple(each)) for labels, each in found.items())


def resolution(*, since: datetime, until: datetime, points: int) -> tuple[int, datetime]:
    """How many seconds a point is wide, and from when on minutes are read instead of hours. The
    last hours are always read as minutes: they may not be rolled up yet.
    """
    seconds = max((until - since).total_seconds(), MINUTE)
    if until - since <= MINUTES_SERVE:
        return MINUTE * ceil(seconds / points / MINUTE), since
    cut = (until - HOURS_ARE_DONE).replace(minute=0, second=0, microsecond=0)
    return HOUR * ceil(seconds / points / HOUR), cut


STORED = text("""
    SELECT name, CAST(labels AS jsonb) AS labels, at, count AS number, total, least, most, last,
        buckets
    FROM metric_points
    WHERE name = ANY(:names) AND step = :step AND at >= :since AND at < :until
    ORDER BY at DESC LIMIT :limit
""")

# The labels are read once a series, and buckets are summed place by place in the one pass over the
# rows: taking the arrays apart would make seventeen rows of each.
LINES = """
    WITH series AS MATERIALIZED (
        SELECT labels, CAST(coalesce((
            SELECT jsonb_object_agg(each, CAST(labels AS jsonb) -> each)
            FROM unnest(CAST(:by AS text[])) AS each WHERE CAST(labels AS jsonb) ? each), '{{}}')
            AS text) AS kept
        FROM (
            SELECT DISTINCT labels FROM metric_points
            WHERE name = :name AND at >= :since AND at < :until
        ) AS known WHERE CAST(labels AS jsonb) @> CAST(:where AS jsonb)
    ), bins AS MATERIALIZED (
        SELECT kept, date_bin(:width, at, TIMESTAMPTZ '2000-01-03 00:00:00Z') AS bin,
            sum(count) AS number, sum(total) AS total, min(least) AS least, max(most) AS most,
            (array_agg(last ORDER BY at DESC))[1] AS last, {buckets} AS buckets
        FROM metric_points JOIN series USING (labels)
        WHERE name = :name AND at >= :since AND at < :until
            AND step = CASE WHEN at >= :cut THEN 60 ELSE 3600 END
        GROUP BY kept, bin
    ), fullest AS (
        SELECT kept FROM bins GROUP BY kept ORDER BY sum(number) DESC, kept LIMIT :lines
    )
    SELECT CAST(kept AS jsonb) AS labels, bin AS at, number, total, least, most, last, buckets
    FROM bins WHERE kept IN (SELECT kept FROM fullest)
    ORDER BY kept, bin LIMIT :limit
"""


def _lines_of(name: str) -> TextClause:
    """The statement for a metric: how many places its buckets have is known."""
    metric = METRICS.get(name)
    places = len(metric.bounds) + 1 if metric and metric.bounds else 0
    sums = ", ".join(f"sum(buckets[{place}])" for place in range(1, places + 1))
    buckets = f"CAST(ARRAY[{sums}] AS bigint[])" if places else "CAST(NULL AS bigint[])"
    statement = LINES.format(buckets=buckets)
    return text(statement).bindparams(bindparam("where", type_=JSONB))
