"""The calendar's day in a large salon: the whole answer against its two statements alone, counting
what the request asks the database."""

import asyncio
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.callers import call, get
from benchmarks.house import database, web
from benchmarks.result import Result
from openchair.booking.availability.wall_clock import WallClock
from openchair.booking.calendar.statements import TEAM, VISITS
from openchair.platform.db.driver import driver
from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from openchair.web.cookies import NAME as COOKIE
from tests.booking.calendar.week import APPOINTMENTS, STYLISTS, Week, write_week
from tests.identity.people import add_account, add_role, open_for

NAME = "bench_calendar"
CLIENTS = 100_000
ROUNDS = 60
AT_MOST = 3.0
MOST_QUERIES = 6
ZONE = ZoneInfo("Europe/Zurich")


def measure(cluster: Cluster) -> Result:
    """Today's columns for the owner, over HTTP."""
    with database(cluster, NAME) as url:
        week, token = asyncio.run(_furnish(url))
        cluster.run_sql("VACUUM ANALYZE", database=NAME)
        with web(url, processes=1) as (port, _):
            whole = _asked(port, token, days=1)
            seven = _asked(port, token, days=7)
            queries = _queries(cluster, port, token)
        alone = asyncio.run(_alone(url, week))
    return Result(
        name="calendar",
        value=whole,
        unit="ms",
        reference=alone,
        ratio=whole / alone,
        bound=f"<= {AT_MOST}, {MOST_QUERIES} queries",
        holds=whole / alone <= AT_MOST and queries <= MOST_QUERIES,
        against="its two statements alone",
        where=f"{STYLISTS} stylists, {APPOINTMENTS:,} visits a week, {CLIENTS:,} clients, over"
        f" HTTP, median of {ROUNDS}; {queries} queries with session, role and salon. The week took"
        f" {seven:.1f} ms. The rest is laying out shifts, words, rights, JSON and HTTP.",
    )


async def _furnish(url: str) -> tuple[Week, str]:
    """The salon, and the owner's session."""
    pool = Database(url)
    today = datetime.now(ZONE).date()
    async with pool.transaction() as session:
        week = await write_week(
            session, monday=today - timedelta(days=today.weekday()), clients=CLIENTS
        )
        user_id = await add_account(session, email="owner@large.example")
        await add_role(
            session, salon_id=week.salon_id, user_id=user_id, role="owner", staff_id=None
        )
        opened = await open_for(session, user_id)
    await pool.close()
    return week, opened.token


def _request(token: str, *, days: int) -> bytes:
    today = datetime.now(ZONE).date()
    first = today if days == 1 else today - timedelta(days=today.weekday())
    last = first + timedelta(days=days - 1)
    plain = get(f"/console/large/calendar/board?first={first}&last={last}")
    return plain.replace(b"\r\n\r\n", f"\r\nCookie: {COOKIE}={token}\r\n\r\n".encode())


def _asked(port: int, token: str, *, days: int) -> float:
    request = _request(token, days=days)
    call(port, [request] * 10, clients=1)
    answers = call(port, [request] * ROUNDS, clients=1)
    if set(answers.statuses) != {200}:
        raise RuntimeError(f"not every answer was 200: {dict(answers.statuses)}")
    return statistics.median(answers.milliseconds)


async def _alone(url: str, week: Week) -> float:
    """Both statements in one transaction, median in milliseconds."""
    pool = Database(url)
    day: date = datetime.now(ZONE).date()
    clock = WallClock(ZONE, day, day)
    window = [clock.instant_of(clock.midnight(each)) for each in (day, day + timedelta(days=1))]
    dates, now = (clock.dates[0], clock.dates[-1]), datetime.now(UTC)
    taken = []
    async with pool.transaction() as session:
        connection = await driver(session)
        for _ in range(ROUNDS + 10):
            begun = time.perf_counter()
            await connection.fetch(TEAM, week.salon_id, *window, *dates, now)
            await connection.fetch(VISITS, week.salon_id, *window)
            taken.append((time.perf_counter() - begun) * 1000)
    await pool.close()
    return statistics.median(taken[10:])


def _queries(cluster: Cluster, port: int, token: str) -> int:
    """How many statements one answer takes, as the server counts them."""
    cluster.run_sql("SELECT pg_stat_statements_reset()", database=NAME)
    call(port, [_request(token, days=1)], clients=1)
    counted = cluster.run_sql(
        "SELECT sum(calls) FROM pg_stat_statements"
        " WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND toplevel AND query ~* '^\\s*(select|with|update)'"
        " AND query NOT ILIKE '%pg_stat_statements%' AND query NOT ILIKE '%ip_blocks%'",
        database=NAME,
    )
    return int(counted)
