"""Tries out the database, step by step, as a process would use it. Called by `openchair test db
connection`; reads one number and changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Literal

import asyncpg
from sqlalchemy import text

from openchair.platform.db.engine import Database
from openchair.platform.db.kept import DatabaseSilent, KeptConnection
from openchair.platform.errors import Unavailable

State = Literal["ok", "warning", "failed"]
QUERIES = 5
SLOW_MS = 100
CROWDED_PERCENT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what was found, or what to do."""

    name: str
    state: State
    milliseconds: int
    words: str


async def check_database(url: str, *, pool_size: int = 10) -> AsyncIterator[Step]:
    """Connect, query, pool; each as soon as it is known. Ends at the first that failed."""
    kept = KeptConnection(url)
    database = Database(url, pool_size=pool_size, application_name="openchair command")
    steps: tuple[tuple[str, Callable[[], Awaitable[tuple[State, str]]]], ...] = (
        ("connect", lambda: _connect(kept)),
        ("query", lambda: _query(kept)),
        ("pool", lambda: _pool(database, pool_size)),
    )
    try:
        for name, do in steps:
            began = monotonic()
            try:
                state, words = await do()
            except (DatabaseSilent, Unavailable) as error:
                state, words = "failed", error.message
            except asyncpg.PostgresError as error:
                state, words = "failed", f"PostgreSQL refuses: {error}"
            milliseconds = round((monotonic() - began) * 1000)
            yield Step(name=name, state=state, milliseconds=milliseconds, words=words)
            if state == "failed":
                return
    finally:
        await kept.close()
        await database.close()


async def _connect(kept: KeptConnection) -> tuple[State, str]:
    row = await kept.fetchrow(SERVER)
    words = f"PostgreSQL {row['version']}; {row['taken']} of {row['most']} connections are taken"
    crowded = 100 * row["taken"] > CROWDED_PERCENT * row["most"]
    return ("warning" if crowded else "ok"), words


async def _query(kept: KeptConnection) -> tuple[State, str]:
    took, salons = [], 0
    for _ in range(QUERIES):
        salons = (await kept.fetchrow(SALONS))["salons"]
        took.append(kept.answer_ms)
    best = min(took)
    words = f"{salons} salons, read in {best:g} ms (the best of {QUERIES})"
    return ("warning" if best > SLOW_MS else "ok"), words


async def _pool(database: Database, size: int) -> tuple[State, str]:
    """All of its connections at the same time, each with a statement of its own."""
    together = asyncio.Barrier(size)

    async def use() -> None:
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
            await together.wait()

    async with asyncio.timeout(10):
        tasks = [asyncio.create_task(use()) for _ in range(size)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    return "ok", f"{size} connections at the same time, as one process of ours may have"


SERVER = """
    SELECT current_setting('server_version') AS version,
        current_setting('max_connections')::int AS most,
        (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS taken
"""
SALONS = "SELECT count(*) AS salons FROM (SELECT FROM salons LIMIT 1000) AS found"
