"""What one process commits another one hears: on real connections, that are really cut."""

import asyncio
from time import monotonic
from uuid import UUID, uuid4

import asyncpg
import pytest

from openchair.platform.db.engine import Database
from openchair.platform.errors import Unavailable
from openchair.platform.live import listen
from openchair.platform.live.listen import Listener, Subscription
from openchair.platform.live.tell import changed

SOON = 2.0
QUIET = 0.4
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'openchair live%'"


async def change(database: Database, *salon_ids: UUID) -> None:
    async with database.transaction() as session:
        for salon_id in salon_ids:
            changed(session, salon_id=salon_id)


async def change_and_fail(database: Database, salon_id: UUID) -> None:
    async with database.transaction() as session:
        changed(session, salon_id=salon_id)
        raise LookupError


async def begun(stream: Subscription) -> None:
    """The first thing a stream hears is that it is listening."""
    assert await stream.wait(SOON)


async def test_a_commit_elsewhere_is_heard(database: Database, database_url: str) -> None:
    salon, other = uuid4(), uuid4()
    listener = Listener(database_url)
    async with listener.subscribe(salon) as mine, listener.subscribe(other) as theirs:
        await begun(mine)
        await begun(theirs)
        started = monotonic()
        await change(database, salon)
        assert await mine.wait(SOON)
        assert monotonic() - started < SOON
        assert not await theirs.wait(QUIET)
    await listener.close()


async def test_what_is_rolled_back_is_not_told(database: Database, database_url: str) -> None:
    salon = uuid4()
    listener = Listener(database_url)
    async with listener.subscribe(salon) as mine:
        await begun(mine)
        with pytest.raises(LookupError):
            await change_and_fail(database, salon)
        assert not await mine.wait(QUIET)
    await listener.close()


async def test_a_command_that_ends_at_once_has_told(database_url: str) -> None:
    salon = uuid4()
    listener = Listener(database_url)
    async with listener.subscribe(salon) as mine:
        await begun(mine)
        short = Database(database_url, pool_size=1)
        await change(short, salon)
        await short.close()
        assert await mine.wait(SOON)
    await listener.close()


async def test_many_changes_are_few_notifications(database: Database, database_url: str) -> None:
    salons = [uuid4() for _ in range(5)]
    heard: list[str] = []
    connection = await asyncpg.connect(database_url)
    await connection.add_listener("openchair_live", lambda *said: heard.append(str(said[-1])))
    started = monotonic()
    for _ in range(60):
        await change(database, *salons)
    await database.close()
    await asyncio.sleep(0.1)
    rounds = 2 + (monotonic() - started) / 0.1
    assert {str(salon) for salon in salons} == set(heard)
    assert len(heard) <= rounds * len(salons) < 60 * len(salons)
    await connection.close()


async def test_a_lost_connection_is_made_again_and_everybody_looks(
    database: Database, database_url: str
) -> None:
    salon = uuid4()
    listener = Listener(database_url)
    async with listener.subscribe(salon) as mine:
        await begun(mine)
        await change(database, salon)
        assert await mine.wait(SOON)
        await _cut_all(database_url)
        assert await mine.wait(SOON)  # what was missed meanwhile
        await change(database, salon)  # its announcer lost its connection too
        assert await mine.wait(SOON)
    await listener.close()


async def test_it_listens_only_while_somebody_does(database: Database, database_url: str) -> None:
    listener = Listener(database_url)
    async with listener.subscribe(uuid4()) as first:
        await begun(first)
        async with listener.subscribe(uuid4()) as second:
            await begun(second)
            assert await _count(database_url) == 1
        assert await _count(database_url) == 1
    for _ in range(50):
        if await _count(database_url) == 0:
            break
        await asyncio.sleep(0.02)
    assert await _count(database_url) == 0
    async with listener.subscribe(uuid4()) as again:
        await begun(again)
    await listener.close()


async def test_streams_end_with_the_process(database_url: str) -> None:
    listener = Listener(database_url)
    async with listener.subscribe(uuid4()) as mine:
        await begun(mine)
        listener.end()
        assert await mine.wait(SOON)
        assert mine.ended
    async with listener.subscribe(uuid4()) as late:
        assert await late.wait(SOON)
        assert late.ended
    await listener.close()


async def test_there_is_a_most(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "MOST_STREAMS", 1)
    listener = Listener(database_url)
    listener.require_room()
    async with listener.subscribe(uuid4()):
        with pytest.raises(Unavailable):
            listener.require_room()
    assert listener.streams == 0
    await listener.close()


async def test_a_notification_of_somebody_else_harms_nobody(
    database: Database, database_url: str
) -> None:
    salon = uuid4()
    listener = Listener(database_url)
    connection = await asyncpg.connect(database_url)
    async with listener.subscribe(salon) as mine:
        await begun(mine)
        await connection.execute("SELECT pg_notify('openchair_live', 'nonsense')")
        await change(database, salon)
        assert await mine.wait(SOON)
    await connection.close()
    await listener.close()


async def _cut_all(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'openchair live%'"
    )
    await connection.close()


async def _count(url: str) -> int:
    connection = await asyncpg.connect(url)
    found: int = await connection.fetchval(CONNECTIONS + " AND datname = current_database()")
    await connection.close()
    return found
