"""Where time is lost, ranked: `openchair monitoring identify-bottlenecks`. Each cause has a weight,
the seconds that somebody waits in a minute because of it (or what comes closest), and a next step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.diagnostics.blockers import Blocker, find_blockers
from openchair.operations.diagnostics.traffic import Route, routes_since, services_since
from openchair.operations.metrics.queries import stored
from openchair.operations.metrics.rules import Stored, summed
from openchair.platform.metrics.catalogue import LOOP_LAG, POOL_IN_USE, POOL_SIZE
from openchair.platform.probes import Reading

MINUTES = 15
TOP = 5
SLOW_STATEMENT_MS = 20.0
CROWDED = 0.8
LATE_MS = 50.0
LATE_QUEUE_SECONDS = 60.0
SHOWN_QUERY = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One suspected cause. `weight` in seconds lost a minute; `words` are the evidence."""

    kind: str
    name: str
    weight: float
    words: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement of pg_stat_statements since its counters began, times in milliseconds."""

    query: str
    calls: int
    total_ms: float
    mean_ms: float
    minutes: float


async def find_causes(
    session: AsyncSession, *, readings: Mapping[str, Reading], now: datetime
) -> list[Cause]:
    """Of the last fifteen minutes, the heaviest first."""
    since = now - timedelta(minutes=MINUTES)
    causes = of_routes(await routes_since(session, since=since, until=now))
    causes += of_services(await services_since(session, since=since, until=now))
    causes += of_statements(await slow_statements(session))
    causes += of_blockers(await find_blockers(session))
    names = [POOL_IN_USE.name, POOL_SIZE.name, LOOP_LAG.name]
    rows = await stored(session, names=names, since=since, until=now)
    causes += [*of_pools(rows), *of_loops(rows), *of_queue(readings)]
    return sorted(causes, key=lambda each: -each.weight)


def of_routes(routes: Sequence[Route]) -> list[Cause]:
    """The five on which callers spent most time."""
    return [
        Cause(
            kind="route",
            name=each.route,
            weight=each.total_seconds / MINUTES,
            words=f"{each.count} requests, {each.total_seconds:.1f} s in all,"
            f" p95 {each.p95_ms or 0:,.0f} ms",
            next_step="openchair logs analyze --since 15m (its slowest requests have an id each)",
        )
        for each in routes[:TOP]
    ]


def of_services(services: Sequence[Route]) -> list[Cause]:
    """Services of others that we waited for."""
    return [
        Cause(
            kind="outbound",
            name=each.route,
            weight=each.total_seconds / MINUTES,
            words=f"{each.count} calls, {each.total_seconds:.1f} s in all,"
            f" p95 {each.p95_ms or 0:,.0f} ms",
            next_step=f"openchair logs --name {each.route} --since 15m",
        )
        for each in services[:TOP]
    ]


def of_statements(statements: Sequence[Statement]) -> list[Cause]:
    """Statements that are slow on average, by what they take together."""
    return [
        Cause(
            kind="sql",
            name=each.query[:SHOWN_QUERY],
            weight=each.total_ms / 1000 / max(each.minutes, 1.0),
            words=f"{each.calls} calls of {each.mean_ms:,.1f} ms on average",
            next_step="openchair db shell --command 'EXPLAIN (ANALYZE, BUFFERS) …'",
        )
        for each in statements
        if each.mean_ms >= SLOW_STATEMENT_MS
    ][:TOP]


def of_blockers(blockers: Sequence[Blocker]) -> list[Cause]:
    """Who waits for a lock waits all of the minute."""
    return [
        Cause(
            kind="lock",
            name=f"session {each.pid} ({each.application})",
            weight=60.0 * each.waiting,
            words=f"{each.waiting} sessions wait, one for {each.longest_wait_seconds:.0f} s",
            next_step=f"openchair db blockers --cancel {each.pid}",
        )
        for each in blockers[:TOP]
    ]


def of_pools(rows: Sequence[Stored]) -> list[Cause]:
    """Pools that were nearly used up: beyond that, work waits for a connection."""
    causes = []
    for process in sorted({row.labels.get("process", "") for row in rows}):
        used = [row.most for row in rows if _is(row, POOL_IN_USE.name, process)]
        size = [row.most for row in rows if _is(row, POOL_SIZE.name, process)]
        share = max(used, default=0.0) / max([*size, 1.0])
        if share >= CROWDED:
            causes.append(
                Cause(
                    kind="pool",
                    name=process,
                    weight=60.0 * (share - CROWDED) / (1 - CROWDED),
                    words=f"{max(used):.0f} of {max(size):.0f} connections were in use at once",
                    next_step="openchair db blockers; then more processes"
                    " (OPENCHAIR_WEB_PROCESSES)",
                )
            )
    return causes


def of_loops(rows: Sequence[Stored]) -> list[Cause]:
    """Event loops that something held up: everything of that process is as late."""
    causes = []
    for process in sorted({row.labels.get("process", "") for row in rows}):
        lag = summed([row for row in rows if _is(row, LOOP_LAG.name, process)], seconds=1)
        late = (lag.percentile(0.95) or 0.0) * 1000
        if late >= LATE_MS:
            causes.append(
                Cause(
                    kind="event loop",
                    name=process,
                    weight=60.0 * min(1.0, late / 1000),
                    words=f"p95 {late:,.0f} ms late, at most {lag.most * 1000:,.0f} ms",
                    next_step="openchair monitoring ddos-detection; then more processes",
                )
            )
    return causes


def of_queue(readings: Mapping[str, Reading]) -> list[Cause]:
    """Messages that are due and wait."""
    reading = readings.get("queue")
    age = reading.measures.get("queue-age", 0.0) if reading else 0.0
    if reading is None or age < LATE_QUEUE_SECONDS:
        return []
    return [
        Cause(
            kind="queue",
            name="messages",
            weight=min(60.0, age / 60),
            words=reading.message,
            next_step="openchair messages list --state pending; openchair test email config",
        )
    ]


async def slow_statements(session: AsyncSession) -> list[Statement]:
    """By total time; none where the extension is not installed or may not be read."""
    try:
        async with session.begin_nested():
            rows = (await session.execute(STATEMENTS, {"limit": TOP * 10})).all()
    except DBAPIError:  # an external PostgreSQL without the extension, or rights to it
        return []
    return [
        Statement(
            query=row.query,
            calls=row.calls,
            total_ms=row.total,
            mean_ms=row.mean,
            minutes=row.minutes,
        )
        for row in rows
    ]


def _is(row: Stored, name: str, process: str) -> bool:
    return row.name == name and row.labels.get("process", "") == process


STATEMENTS = text("""
    SELECT regexp_replace(query, '\\s+', ' ', 'g') AS query, calls,
        total_exec_time AS total, mean_exec_time AS mean,
        (SELECT greatest(1.0, extract(epoch FROM now() - stats_reset) / 60)
         FROM public.pg_stat_statements_info)::float8 AS minutes
    FROM public.pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND query !~* '^(vacuum|analyze|create|copy|begin|commit)'
    ORDER BY total_exec_time DESC LIMIT :limit
""")
