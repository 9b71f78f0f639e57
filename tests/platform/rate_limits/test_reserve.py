import asyncio
from time import monotonic

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.engine import Database
from openchair.platform.rate_limits.reserve import reserve


async def test_slots_follow_each_other(session: AsyncSession) -> None:
    waits = [await reserve(session, key="k", limit=5, per_seconds=1) for _ in range(11)]
    assert waits[0] == 0
    for number, wait in enumerate(waits):
        assert number * 0.2 - 0.1 <= wait <= number * 0.2


async def test_who_was_silent_gets_no_credit(session: AsyncSession) -> None:
    """Slots of the past are gone: a burst after a pause is spaced like any other."""
    await session.execute(text("INSERT INTO rate_limits VALUES ('k', now() - interval '1 hour')"))
    waits = [await reserve(session, key="k", limit=5, per_seconds=1) for _ in range(3)]
    assert waits[0] == 0
    assert waits[2] > 0.3


async def test_keys_know_nothing_of_each_other(session: AsyncSession) -> None:
    assert await reserve(session, key="a", limit=1, per_seconds=60) == 0
    assert await reserve(session, key="b", limit=1, per_seconds=60) == 0
    assert await reserve(session, key="a", limit=1, per_seconds=60) > 59


async def test_all_processes_share_them(database: Database) -> None:
    """Forty at the same moment, by ten connections: each has a slot of its own."""
    began = monotonic()

    async def mine() -> float:
        async with database.transaction() as session:
            wait = await reserve(session, key="k", limit=100, per_seconds=10)
        return monotonic() - began + wait

    turns = sorted(await asyncio.gather(*(mine() for _ in range(40))))
    assert turns[-1] - turns[0] >= 39 * 0.1 - 0.15
