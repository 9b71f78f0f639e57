"""The connection kept for operations says in time that nobody answers, and comes back by itself."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from sqlalchemy import text

from openchair.platform.db.embedded import SUPERUSER
from openchair.platform.db.engine import Database
from openchair.platform.db.kept import DatabaseSilent, KeptConnection
from openchair.platform.errors import Unavailable
from tests.deaf import deaf

OWN = "SELECT pg_backend_pid() AS pid"


@asynccontextmanager
async def kept(url: str, *, seconds: float = 1.7) -> AsyncIterator[KeptConnection]:
    found = KeptConnection(url, seconds=seconds)
    yield found
    await found.close()


async def test_it_is_one_and_opened_again_when_it_was_lost(database: Database) -> None:
    async with kept(database.url) as ours:
        first = (await ours.fetchrow(OWN))["pid"]
        assert (await ours.fetchrow(OWN))["pid"] == first
        async with database.transaction() as session:
            await session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
        assert (await ours.fetchrow(OWN))["pid"] != first


async def test_who_waits_while_it_fails_fails_with_it() -> None:
    async with deaf() as port, kept(f"postgresql://a@127.0.0.1:{port}/b") as ours:
        began = time.monotonic()
        found = await asyncio.gather(
            *(ours.fetchrow(OWN) for _ in range(10)), return_exceptions=True
        )
        assert time.monotonic() - began < 1.8
    assert [each.kind for each in found if isinstance(each, DatabaseSilent)] == ["timeout"] * 10


async def test_a_slow_statement_is_no_silence(database: Database) -> None:
    async with kept(database.url) as ours:
        pid = (await ours.fetchrow(OWN))["pid"]
        with pytest.raises(asyncpg.QueryCanceledError):
            await ours.fetchrow("SELECT pg_sleep(10)")
        assert (await ours.fetchrow(OWN))["pid"] == pid


async def test_it_waits_for_no_lock(database: Database) -> None:
    async with database.transaction() as session, kept(database.url) as ours:
        await session.execute(text("LOCK TABLE salons IN ACCESS EXCLUSIVE MODE"))
        began = time.monotonic()
        with pytest.raises(asyncpg.LockNotAvailableError):
            await ours.fetchrow("SELECT count(*) FROM salons")
        assert time.monotonic() - began < 1.2


async def test_too_many_is_another_kind(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0"))
    try:
        url = database.url.replace(f"{SUPERUSER}@", "crowded@", 1)
        async with kept(url) as ours:
            with pytest.raises(DatabaseSilent) as caught:
                await ours.fetchrow(OWN)
        assert caught.value.kind == "saturated"
    finally:
        async with database.transaction() as session:
            await session.execute(text("DROP ROLE crowded"))


async def test_while_it_is_silent_doors_are_refused_at_once(database: Database) -> None:
    database.is_silent = True
    began = time.monotonic()
    with pytest.raises(Unavailable):
        async with database.transaction():
            pytest.fail("nobody should come this far")
    with pytest.raises(Unavailable):
        async with database.alone():
            pytest.fail("nobody should come this far")
    assert time.monotonic() - began < 0.1
    database.is_silent = False
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT 1")) == 1
