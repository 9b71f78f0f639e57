"""Who idles inside a transaction while connections run out is ended; who works is not."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from openchair.operations.health.prober import Prober
from openchair.operations.health.relief import Idler, is_saturated, plan_relief, relieve, relieving
from openchair.platform.db.engine import Database
from openchair.platform.db.kept import KeptConnection
from openchair.platform.probes import State
from openchair.platform.settings.base import forget
from tests.sandbox_process import eventually


def idler(pid: int, seconds: float, application: str = "openchair web") -> Idler:
    return Idler(pid=pid, application=application, idle_seconds=seconds)


def planned(*idlers: Idler, taken: int = 96) -> list[int]:
    plan = plan_relief(idlers, longer_than=30, taken=taken, most=100, down_to_percent=80)
    return [each.pid for each in plan]


def test_ours_go_first_and_the_oldest_of_them() -> None:
    assert planned(idler(1, 40), idler(2, 90, "psql"), idler(3, 50)) == [3, 1, 2]


def test_who_has_just_begun_is_left_alone() -> None:
    assert planned(idler(1, 29.9), idler(2, 30.1)) == [2]


def test_of_others_only_as_many_as_it_takes() -> None:
    others = [idler(pid, 100 + pid, "psql") for pid in range(1, 40)]
    assert planned(*others, taken=85) == [39, 38, 37, 36, 35]
    assert planned(*others, taken=80) == []
    assert len(planned(*others, idler(50, 31), idler(51, 31), taken=83)) == 3


@asynccontextmanager
async def idling(url: str, *, application: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A session that has a transaction open and does nothing."""
    connection = await asyncpg.connect(url, server_settings={"application_name": application})
    await connection.execute("BEGIN")
    await connection.execute("SELECT 1")
    try:
        yield connection
    finally:
        connection.terminate()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("OPENCHAIR_IDLE_TRANSACTION_SECONDS", "1")
    forget()
    yield
    forget()


async def test_it_ends_them_and_writes_it_down(
    database: Database, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptConnection(database.url)
    async with AsyncExitStack() as ending:
        ending.push_async_callback(kept.close)
        ours = await ending.enter_async_context(idling(database.url, application="openchair web"))
        theirs = await ending.enter_async_context(idling(database.url, application="psql"))
        async with kept.connection() as connection:
            own = connection.get_server_pid()
        await asyncio.sleep(1.2)
        fresh = await ending.enter_async_context(idling(database.url, application="openchair x"))
        pid = ours.get_server_pid()
        ended = await relieve(kept)
        assert [each.pid for each in ended] == [pid]
        assert pid != own
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
            await ours.execute("SELECT 1")
        assert await theirs.fetchval("SELECT 1") == 1
        assert await fresh.fetchval("SELECT 1") == 1
    async with database.transaction() as session:
        row = (
            await session.execute(
                text("""
                    SELECT actor, resource_id, metadata FROM audit_logs
                    WHERE action = 'database.end_idler'
                """)
            )
        ).one()
    assert (row.actor, row.resource_id) == ("system", str(pid))
    assert row.metadata["application"] == "openchair web"


async def test_a_pool_whose_connections_all_idle_is_freed(
    database_url: str, impatient: None
) -> None:
    """Drill 8 in small: a process holds every connection of its pool inside a transaction."""
    pool = Database(database_url, pool_size=3)
    prober = Prober(
        database=Database(database_url, pool_size=2, application_name="openchair watch")
    )
    prober.tell(relieving(prober.kept))
    async with AsyncExitStack() as ending:
        for _ in range(3):
            session = await ending.enter_async_context(_held(pool))
            await session.execute(text("SELECT 1"))
        reading = (await prober.round(names={"database"}))["database"]
        assert reading.measures["pool-use"] == 100
        assert reading.state is State.WARNING
        assert is_saturated(reading)
        await asyncio.sleep(1.1)

        async def is_free() -> bool:
            reading = (await prober.round(names={"database"}))["database"]
            return reading.measures["pool-use"] == 0

        await eventually(is_free, seconds=5, pause=0.1)
    async with pool.transaction() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await prober.stop()
    await pool.close()


@asynccontextmanager
async def _held(pool: Database) -> AsyncIterator[Any]:
    """A connection of the pool that somebody forgot to give back; that it is ended is no news."""
    connection = await pool.engine.connect()
    try:
        yield connection
    finally:
        await connection.invalidate()
        await connection.close()
