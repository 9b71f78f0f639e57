"""One transaction a door: the raw driver belongs to it, and lost races are run again."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.attempt import MOST_RUNS, attempt
from openchair.platform.db.driver import driver
from openchair.platform.db.engine import Database
from openchair.platform.errors import Unavailable

INSERT = "INSERT INTO rate_limits (key, arrival_at) VALUES ($1, now())"


async def _count(database: Database) -> int:
    async with database.transaction() as session:
        return int(await session.scalar(text("SELECT count(*) FROM rate_limits")) or 0)


async def test_the_first_statement_of_the_driver_is_rolled_back_with_the_session(
    database: Database,
) -> None:
    """Nothing was sent before it, so the driver itself had to begin the transaction."""

    async def fail_late() -> None:
        async with database.transaction() as session:
            await (await driver(session)).execute(INSERT, "one")
            raise LookupError

    with pytest.raises(LookupError):
        await fail_late()
    assert await _count(database) == 0


async def test_driver_and_session_share_a_transaction(database: Database) -> None:
    """What one writes the other sees, and both are committed together."""
    async with database.transaction() as session:
        await (await driver(session)).execute(INSERT, "one")
        assert await session.scalar(text("SELECT count(*) FROM rate_limits")) == 1
    assert await _count(database) == 1


async def test_a_session_never_reaches_into_the_transaction_of_another(
    database: Database,
) -> None:
    """Its connection went back to the pool and is somebody else's now."""
    first = AsyncSession(database.engine)
    async with first.begin():
        before = await driver(first)
    async with database.transaction() as other:
        assert await driver(other) is before  # the pool gives the last one back first
        async with first.begin():
            assert await driver(first) is not before
    await first.close()


async def test_a_lost_race_is_run_again(database: Database) -> None:
    """The second run begins anew: what the first wrote is gone."""
    runs = []

    async def work(session: AsyncSession) -> int:
        runs.append(1)
        await (await driver(session)).execute(INSERT, "one")
        if len(runs) == 1:
            raise asyncpg.ExclusionViolationError("somebody was quicker")
        return len(runs)

    assert await attempt(database, work) == 2
    assert await _count(database) == 1


async def test_who_keeps_losing_hears_a_sentence(database: Database) -> None:
    """Not an error of ours, and nothing was changed."""
    runs = []

    async def work(_: AsyncSession) -> None:
        runs.append(1)
        raise asyncpg.DeadlockDetectedError("again")

    with pytest.raises(Unavailable):
        await attempt(database, work)
    assert len(runs) == MOST_RUNS


async def test_a_defect_is_not_run_again(database: Database) -> None:
    """Only races are; a wrong statement stays wrong."""
    runs = []

    async def work(session: AsyncSession) -> None:
        runs.append(1)
        await (await driver(session)).execute("SELECT * FROM nowhere")

    with pytest.raises(asyncpg.UndefinedTableError):
        await attempt(database, work)
    assert len(runs) == 1


@pytest.mark.parametrize("sql_state", ["57P03", "53300"])
async def test_a_server_that_lets_nobody_in_is_unavailable(tmp_path: Path, sql_state: str) -> None:
    """It recovers from a crash (57P03) or has too many clients (53300): no defect of ours."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1024)
        said = b"SFATAL\0C" + sql_state.encode() + b"\0Mnot now\0\0"
        writer.write(b"E" + (len(said) + 4).to_bytes(4, "big") + said)
        writer.close()

    server = await asyncio.start_unix_server(refuse, tmp_path / ".s.PGSQL.5432")
    database = Database(f"postgresql://openchair@/openchair?host={tmp_path}")
    async with server:
        with pytest.raises(Unavailable):
            await _count(database)
    await database.close()


async def test_a_statement_alone_commits_by_itself(database: Database) -> None:
    async with database.alone() as connection:
        await connection.execute("CREATE TABLE alone (id int)")
        await connection.execute("INSERT INTO alone VALUES (1)")
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM alone")) == 1


async def _backend(database: Database) -> int:
    async with database.alone() as connection:
        return connection.get_server_pid()


async def test_a_connection_is_kept_for_the_next_who_is_alone(database: Database) -> None:
    async with database.alone() as first, database.alone() as second:
        both = {first.get_server_pid(), second.get_server_pid()}
    assert len(both) == 2
    kept = await _backend(database)
    assert kept in both
    assert await _backend(database) == kept


async def test_the_only_connection_is_not_kept(database_url: str) -> None:
    small = Database(database_url, pool_size=1)
    await _backend(small)
    assert await _count(small) == 0
    await small.close()


async def test_a_kept_connection_that_ended_is_replaced(database: Database) -> None:
    kept = await _backend(database)
    async with database.transaction() as session:
        await session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": kept})
    assert await _backend(database) != kept


async def test_a_connection_that_ends_in_use_is_unavailable_once(database: Database) -> None:
    with pytest.raises(Unavailable):
        async with database.alone() as connection:
            await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    async with database.alone() as connection:
        assert await connection.fetchval("SELECT 1") == 1


async def test_nobody_there_is_told_alone_as_in_a_transaction() -> None:
    nobody = Database("postgresql://nobody@127.0.0.1:9/nothing")
    with pytest.raises(Unavailable):
        async with nobody.alone():
            pass
    await nobody.close()
