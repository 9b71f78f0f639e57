"""Tries out the database, step by step, as a process would use it. Called by `openchair test db
connection`; reads one number and changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic

import asyncpg
from sqlalchemy import text

from openchair.platform.db.engine import Database
from openchair.platform.db.kept import DatabaseSilent, KeptConnection
from openchair.platform.errors import Unavailable
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings
from openchair.platform.steps import Step, StepState

QUERIES = 5
SLOW_MS = 100
POOL_SECONDS = 10


async def check_database(url: str, *, pool_size: int = 10) -> AsyncIterator[Step]:
    """Connect, query, pool; each as soon as it is known. Ends at the first that failed."""
    kept = KeptConnection(url)
    database = Database(url, pool_size=pool_size, application_name="openchair command")
    steps: tuple[tuple[str, Callable[[], Awaitable[tuple[StepState, str]]]], ...] = (
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
            except TimeoutError:
                state, words = "failed", f"not done within {POOL_SECONDS} s"
            except asyncpg.PostgresError as error:
                state, words = "failed", f"PostgreSQL refuses: {error}"
            milliseconds = round((monotonic() - began) * 1000)
            yield Step(name=name, state=state, milliseconds=milliseconds, words=words)
            if state == "failed":
                return
    finally:
        await kept.close()
        await database.close()


async def _connect(kept: KeptConnection) -> tuple[StepState, str]:
    row = await kept.fetchrow(SERVER)
    words = f"PostgreSQL {row['version']}; {row['taken']} of {row['most']} connections are taken"
    limit = load(ThresholdSettings).connections_warning_percent
    crowded = 100 * row["taken"] > limit * row["most"]
    return ("warning" if crowded else "ok"), words


async def _query(kept: KeptConnection) -> tuple[StepState, str]:
    took, salons = [], 0
    for _ in range(QUERIES):
        salons = (await kept.fetchrow(SALONS))["salons"]
        took.append(kept.answer_ms)
    best = min(took)
    words = f"{salons} salons, read in {best:g} ms (the best of {QUERIES})"
    return ("warning" if best > SLOW_MS else "ok"), words


async def _pool(database: Database, size: int) -> tuple[StepState, str]:
    """All of its connections at the same time, each with a statement of its own."""
    together = asyncio.Barrier(size)

    async def use() -> None:
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
            await together.wait()

    async with asyncio.timeout(POOL_SECONDS):
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
