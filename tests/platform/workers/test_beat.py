"""Who falls silent is missed once, by somebody who was not silent himself."""

from typing import Any

from sqlalchemy import text

from openchair.platform.db.engine import Database
from openchair.platform.jobs.queue import JobContext
from openchair.platform.workers.beat import beat, leave
from openchair.platform.workers.name import THIS_WORKER


async def scalar(database: Database, statement: str) -> Any:
    async with database.transaction() as session:
        return (await session.execute(text(statement))).scalar()


async def silent_worker(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(
            text("INSERT INTO workers VALUES ('gone:1', now(), now() - interval '1 minute')")
        )


MISSED = "SELECT count(*) FROM events WHERE name = 'worker.heartbeat_missing'"


async def test_a_silent_worker_is_missed_once(database: Database) -> None:
    context = JobContext(database=database)
    await silent_worker(database)
    await beat(context)
    assert await scalar(database, MISSED) == 0  # who has just come does not know yet
    await beat(context)
    await beat(context)
    assert await scalar(database, MISSED) == 1
    assert await scalar(database, "SELECT array_agg(name) FROM workers") == [THIS_WORKER]


async def test_after_an_outage_nobody_is_missed_by_who_was_away_too(database: Database) -> None:
    context = JobContext(database=database)
    await beat(context)
    await silent_worker(database)
    async with database.transaction() as session:
        await session.execute(text("UPDATE workers SET seen_at = now() - interval '1 minute'"))
    await beat(context)
    assert await scalar(database, MISSED) == 0


async def test_who_ends_in_order_is_not_missed(database: Database) -> None:
    await beat(JobContext(database=database))
    async with database.transaction() as session:
        await leave(session)
    assert await scalar(database, "SELECT count(*) FROM workers") == 0
