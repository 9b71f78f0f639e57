"""A month of free times for twenty stylists: the whole answer against its query and its sweep
alone, and how it grows with the salon's history."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.callers import call, get
from benchmarks.history import PER_MONTH, write_history
from benchmarks.house import STYLISTS, BenchSalon, database, furnish, web
from benchmarks.result import Result
from openchair.booking.availability import load
from openchair.booking.availability.rules import possible_starts, slots_by_minute
from openchair.booking.availability.visit import plan_visit
from openchair.booking.availability.wall_clock import WallClock
from openchair.booking.catalogue.queries import get_catalogue
from openchair.platform.db.driver import driver
from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from openchair.salons.queries import get_salon

DAYS = 31
ROUNDS = 60
AT_MOST = 2.0
MOST_QUERIES = 5
HISTORIES = (10_000, 100_000, 1_000_000)
MOST_GROWTH = 1.3
NAME = "bench_availability"


@dataclass(frozen=True)
class Alone:
    """The parts by themselves, medians in milliseconds."""

    query: float
    sweep: float


def measure(cluster: Cluster, histories: tuple[int, ...] = HISTORIES) -> list[Result]:
    """`availability` at ten thousand bookings, `growth` up to a million."""
    whole: dict[int, float] = {}
    alone, queries = Alone(0, 0), 0
    with database(cluster, NAME) as url:
        salon = asyncio.run(furnish(url))
        written = 0
        for size in histories:
            write_history(cluster, NAME, first=written, last=size)
            written = size
            with web(url, processes=1) as (port, _):
                whole[size] = _asked(port, salon)
                if size == PER_MONTH:
                    alone = asyncio.run(_alone(url, salon))
                    queries = _queries(cluster, port, salon)
    return [_availability(whole[PER_MONTH], alone, queries), _growth(whole)]


def _availability(whole: float, alone: Alone, queries: int) -> Result:
    reference = alone.query + alone.sweep
    return Result(
        name="availability",
        value=whole,
        unit="ms",
        reference=reference,
        ratio=whole / reference,
        bound=f"<= {AT_MOST}, {MOST_QUERIES} queries",
        holds=whole / reference <= AT_MOST and queries <= MOST_QUERIES,
        against="its query alone + its sweep alone",
        where=f"{STYLISTS} stylists, {DAYS} days, {PER_MONTH:,} bookings, over HTTP, median of"
        f" {ROUNDS}; {queries} queries. The occupancy query alone took {alone.query:.1f} ms, laying"
        f" out and sweeping {alone.sweep:.1f} ms; the rest is salon, catalogue and roster, dates,"
        " JSON and HTTP.",
    )


def _growth(whole: dict[int, float]) -> Result:
    value, reference = whole[max(whole)], whole[min(whole)]
    steps = ", ".join(f"{size:,}: {taken:.1f} ms" for size, taken in whole.items())
    return Result(
        name="growth",
        value=value,
        unit="ms",
        reference=reference,
        ratio=value / reference,
        bound=f"<= {MOST_GROWTH}",
        holds=all(taken / reference <= MOST_GROWTH for taken in whole.values()),
        against=f"the same with {min(whole):,} bookings",
        where=f"The same month as full, more history behind it: {steps}. The index begins with"
        " salon and start, so history is not read.",
    )


def _days() -> tuple[date, date]:
    first = datetime.now(ZoneInfo("Europe/Zurich")).date() + timedelta(days=1)
    return first, first + timedelta(days=DAYS - 1)


def _path(salon: BenchSalon) -> str:
    first, last = _days()
    return (
        f"/api/v1/salons/{salon.slug}/availability"
        f"?service_id={salon.service_id}&from={first}&to={last}"
    )


def _asked(port: int, salon: BenchSalon) -> float:
    request = get(_path(salon))
    call(port, [request] * 10, clients=1)
    answers = call(port, [request] * ROUNDS, clients=1)
    if set(answers.statuses) != {200}:
        raise RuntimeError(f"not every answer was 200: {dict(answers.statuses)}")
    return statistics.median(answers.milliseconds)


async def _alone(url: str, bench: BenchSalon) -> Alone:
    pool = Database(url)
    async with pool.transaction() as session:
        salon = await get_salon(session, slug=bench.slug)
        catalogue = await get_catalogue(session, salon_id=salon.id)
        visit = plan_visit(catalogue, [bench.service_id])
        clock = WallClock(ZoneInfo(salon.time_zone), *_days())
        staff_ids = [who.id for who in catalogue.staff]
        wanted = [*staff_ids, *bench.chair_ids]
        now = datetime.now(UTC)
        facts = await load.read_facts(
            session,
            salon=salon,
            clock=clock,
            staff_ids=staff_ids,
            thing_ids=bench.chair_ids,
            now=now,
        )
        connection = await driver(session)
        ends = clock.instant_of(clock.length)

        async def query() -> None:
            await connection.fetch(
                load._BUSY,  # noqa: SLF001
                *(salon.id, clock.base, ends, now, None, wanted, clock.base),
            )

        async def sweep() -> None:
            board = load.lay_out(
                salon=salon,
                staff_ids=staff_ids,
                groups=catalogue.resources,
                clock=clock,
                facts=facts,
            )
            slots_by_minute(possible_starts(board, visit))

        alone = Alone(await _median(query), await _median(sweep))
    await pool.close()
    return alone


async def _median(act: Callable[[], Awaitable[None]]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await act()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def _queries(cluster: Cluster, port: int, salon: BenchSalon) -> int:
    """How many statements one answer takes, as the server counts them."""
    cluster.run_sql("SELECT pg_stat_statements_reset()", database=NAME)
    call(port, [get(_path(salon))], clients=1)
    counted = cluster.run_sql(
        "SELECT sum(calls) FROM pg_stat_statements"
        " WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND toplevel AND query ILIKE '%select%' AND query NOT ILIKE '%pg_stat_statements%'",
        database=NAME,
    )
    return int(counted)
