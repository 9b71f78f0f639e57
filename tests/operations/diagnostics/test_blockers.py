"""Who stands at the head of the queue is found, and ended in the mildest way that helps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeAlias

import asyncpg
import pytest
from sqlalchemy import text

from openchair.identity.audit.record import SYSTEM
from openchair.operations.diagnostics.blockers import Blocker, cancel_blocker, find_blockers
from openchair.platform.db.engine import Database
from openchair.platform.errors import NotFound
from tests.cli.commands import openchair
from tests.sandbox_process import eventually

Connection: TypeAlias = "asyncpg.Connection[Any]"


@asynccontextmanager
async def convoy(url: str, *, busy: bool) -> AsyncIterator[tuple[Connection, list[Any]]]:
    """One session holds the table of salons, and a statement runs in it or not; three wait."""
    async with AsyncExitStack() as ending:
        sessions: list[Connection] = []
        for _ in range(4):
            sessions.append(await asyncpg.connect(url))
            ending.callback(sessions[-1].terminate)
        head, *others = sessions
        await head.execute("BEGIN; LOCK TABLE salons IN ACCESS EXCLUSIVE MODE")
        tasks = [
            asyncio.create_task(each.fetchval("SELECT count(*) FROM salons")) for each in others
        ]
        if busy:
            tasks.append(asyncio.create_task(head.execute("SELECT pg_sleep(60)")))
        yield head, tasks
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def found(database: Database) -> list[Blocker]:
    async with database.transaction() as session:
        return await find_blockers(session)


async def the_blocker(database: Database, *, waiting: int = 3) -> Blocker:
    async def look() -> list[Blocker]:
        return [each for each in await found(database) if each.waiting == waiting]

    (one,) = await eventually(look)
    return one


async def test_nobody_blocks_nobody(database: Database) -> None:
    assert await found(database) == []
    async with database.transaction() as session:
        with pytest.raises(NotFound):
            await cancel_blocker(session, pid=1, by=SYSTEM)


async def test_a_running_statement_is_cancelled(database: Database) -> None:
    async with convoy(database.url, busy=True) as (head, tasks):
        blocker = await the_blocker(database)
        assert (blocker.pid, blocker.act) == (head.get_server_pid(), "cancel")
        async with database.transaction() as session:
            how = await cancel_blocker(session, pid=blocker.pid, by=SYSTEM)
        assert how == "cancelled"  # which ends its transaction, and with it the lock
        assert await asyncio.gather(*tasks[:3]) == [0, 0, 0]
        with pytest.raises(asyncpg.QueryCanceledError):
            await tasks[3]
        await head.execute("ROLLBACK")  # the session itself goes on
        assert await head.fetchval("SELECT 1") == 1


async def test_an_idler_is_ended_and_it_is_written_down(database: Database) -> None:
    async with convoy(database.url, busy=False) as (head, tasks):
        blocker = await the_blocker(database)
        assert (blocker.state, blocker.act) == ("idle in transaction", "terminate")
        assert len(blocker.waiting_pids) == 3
        async with database.transaction() as session:
            assert await cancel_blocker(session, pid=blocker.pid, by=SYSTEM) == "terminated"
        assert await asyncio.gather(*tasks) == [0, 0, 0]
        assert head.is_closed()
    async with database.transaction() as session:
        row = (
            await session.execute(
                text("SELECT * FROM audit_logs WHERE action = 'database.end_blocker'")
            )
        ).one()
    assert (row.actor, row.resource_id) == ("system", str(blocker.pid))
    assert row.metadata["waiting"] == 3


async def test_the_command_shows_asks_and_does(database: Database) -> None:
    async with convoy(database.url, busy=False) as (_, tasks):
        pid = str((await the_blocker(database)).pid)

        async def say(*arguments: str) -> tuple[int, str]:
            done = await asyncio.to_thread(
                openchair, "db", "blockers", *arguments, DATABASE_URL=database.url
            )
            return done.returncode, done.stdout + done.stderr

        code, said = await say()
        assert (code, pid in said, "idle in transaction" in said) == (1, True, True)
        assert (await say("--cancel", pid))[0] == 2  # nobody can be asked
        code, said = await say("--cancel", pid, "--yes")
        assert code == 0
        assert "Its session was ended" in said
        assert await asyncio.gather(*tasks) == [0, 0, 0]
        assert (await say())[0] == 0
        assert (await say("--cancel", pid, "--yes"))[0] == 2
