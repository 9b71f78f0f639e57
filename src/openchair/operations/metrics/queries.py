"""Reads of the time series: stored rows, and lines for plots. Used by the probe of the traffic, the
baseline, the metrics endpoint and the operations console.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import bindparam, text
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
    for row in await session.execute(LINES, values):
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

LINES = text("""
    WITH rows AS (
        SELECT date_bin(:width, at, TIMESTAMPTZ '2000-01-03 00:00:00Z') AS bin, at, count, total,
            least, most, last, buckets,
            (SELECT coalesce(jsonb_object_agg(each, CAST(labels AS jsonb) -> each), '{}')
             FROM unnest(CAST(:by AS text[])) AS each WHERE CAST(labels AS jsonb) ? each) AS kept
        FROM metric_points
        WHERE name = :name AND at >= :since AND at < :until
            AND CAST(labels AS jsonb) @> CAST(:where AS jsonb)
            AND step = CASE WHEN at >= :cut THEN 60 ELSE 3600 END
    ), fullest AS (
        SELECT kept FROM rows GROUP BY kept ORDER BY sum(count) DESC, kept LIMIT :lines
    ), cells AS (
        SELECT kept, bin, place, sum(number) AS number
        FROM rows, unnest(buckets) WITH ORDINALITY AS cell(number, place)
        GROUP BY kept, bin, place
    ), arrays AS (
        SELECT kept, bin, array_agg(number ORDER BY place) AS buckets FROM cells GROUP BY kept, bin
    )
    SELECT kept AS labels, bin AS at, sum(count) AS number, sum(total) AS total,
        min(least) AS least, max(most) AS most, (array_agg(last ORDER BY rows.at DESC))[1] AS last,
        (SELECT buckets FROM arrays WHERE arrays.kept = rows.kept AND arrays.bin = rows.bin)
    FROM rows WHERE kept IN (SELECT kept FROM fullest)
    GROUP BY kept, bin ORDER BY kept, bin LIMIT :limit
""").bindparams(bindparam("where", type_=JSONB))
