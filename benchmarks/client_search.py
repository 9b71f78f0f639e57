"""Searching a hundred thousand clients while somebody types: the whole answer over HTTP against its
search statement alone, and the slowest of the letters typed."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import event, text

from benchmarks.callers import call, get
from benchmarks.house import database, web
from benchmarks.result import Result
from openchair.customers.profiles.search import search_clients
from openchair.platform.db.driver import driver
from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from openchair.web.cookies import NAME as COOKIE
from tests.builders import make_salon
from tests.customers.profiles.many import write_clients
from tests.identity.people import add_account, add_role, open_for

NAME, SLUG = "bench_clients", "many"
CLIENTS = 100_000
ROUNDS, WARM = 20, 3
AT_MOST = 3.0
SHOWN = 10
TYPED = (
    "mü",
    "mül",
    "müll",
    "müller",
    "anna mül",
    "Mueller",
    "шевч",
    "079 12",
    "client77@",
    "Grosmann",
    "kowalcyk katarzina",
)
"""As people type: beginnings, whole words, two words, other letters, a number, slips."""


def measure(cluster: Cluster) -> Result:
    """The ten that the console suggests, for everything in `TYPED`."""
    with database(cluster, NAME) as url:
        salon_id, token = asyncio.run(_furnish(url))
        cluster.run_sql("VACUUM ANALYZE", database=NAME)
        with web(url, processes=1) as (port, _):
            whole = [_asked(port, token, words) for words in TYPED]
        alone = asyncio.run(_alone(url, salon_id))
    value, reference = statistics.mean(whole), statistics.mean(alone)
    slowest = max(zip(whole, TYPED, strict=True))
    return Result(
        name="client_search",
        value=value,
        unit="ms",
        reference=reference,
        ratio=value / reference,
        bound=f"<= {AT_MOST}",
        holds=value / reference <= AT_MOST,
        against="its search statement alone",
        where=f"{CLIENTS:,} clients with names of four countries, ten shown, over HTTP, mean of the"
        f" medians of {ROUNDS} for {len(TYPED)} things that were typed. Slowest: “{slowest[1]}”,"
        f" {slowest[0]:.1f} ms. The rest: session, role, salon, words, JSON, HTTP.",
    )


async def _furnish(url: str) -> tuple[UUID, str]:
    """The salon, and the owner's session."""
    pool = Database(url)
    async with pool.transaction() as session:
        shop = await make_salon(session, slug=SLUG)
        await write_clients(session, salon_id=shop.salon_id, count=CLIENTS)
        user_id = await add_account(session, email="owner@many.example")
        await add_role(
            session, salon_id=shop.salon_id, user_id=user_id, role="owner", staff_id=None
        )
        opened = await open_for(session, user_id)
    await pool.close()
    return shop.salon_id, opened.token


def _asked(port: int, token: str, words: str) -> float:
    plain = get(f"/console/{SLUG}/clients/find?q={quote(words)}")
    request = plain.replace(b"\r\n\r\n", f"\r\nCookie: {COOKIE}={token}\r\n\r\n".encode())
    call(port, [request] * WARM, clients=1)
    answers = call(port, [request] * ROUNDS, clients=1)
    if set(answers.statuses) != {200}:
        raise RuntimeError(f"not every answer was 200: {dict(answers.statuses)}")
    return statistics.median(answers.milliseconds)


async def _alone(url: str, salon_id: UUID) -> list[float]:
    """The last statement of each search, run again as it was; medians in milliseconds."""
    pool = Database(url)
    medians = []
    async with pool.transaction() as session:
        await session.execute(text("SELECT 1"))
        made: list[tuple[str, Sequence[Any]]] = []

        def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
            made.append((statement, values))

        event.listen(pool.engine.sync_engine, "before_cursor_execute", note)
        for words in TYPED:
            await search_clients(session, salon_id=salon_id, text=words, limit=SHOWN)
            connection = await driver(session)
            statement, values = made[-1]
            taken = []
            for _ in range(ROUNDS + WARM):
                begun = time.perf_counter()
                await connection.fetch(statement, *values)
                taken.append((time.perf_counter() - begun) * 1000)
            medians.append(statistics.median(taken[WARM:]))
    await pool.close()
    return medians
