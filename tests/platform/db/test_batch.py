"""Writes that are gathered: who shares a statement, who waits for whom, and for how long."""

import asyncio
from collections.abc import Sequence
from time import monotonic

import pytest

from openchair.platform.db import batch
from openchair.platform.db.batch import Batch
from openchair.platform.errors import Unavailable

LONG = 30.0


class Table:
    """Notes each statement; one takes a turn of the loop, or until `open` is set."""

    def __init__(self) -> None:
        self.statements: list[list[int]] = []
        self.asked = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def write(self, items: Sequence[int]) -> list[int]:
        self.statements.append([*items])
        self.asked.set()
        await self.open.wait()
        if 13 in items:
            raise ValueError("thirteen")
        return [item * 10 for item in items]


async def test_who_comes_at_the_same_moment_shares_a_statement() -> None:
    table = Table()
    several = Batch(table.write)
    assert await asyncio.gather(*map(several.add, range(5))) == [0, 10, 20, 30, 40]
    assert table.statements == [[0, 1, 2, 3, 4]]


async def test_who_comes_alone_waits_for_nobody() -> None:
    table = Table()
    patient = Batch(table.write, patience=LONG)
    begun = monotonic()
    assert [await patient.add(item) for item in (1, 2, 3)] == [10, 20, 30]
    assert monotonic() - begun < LONG / 2
    assert table.statements == [[1], [2], [3]]


async def test_after_a_shared_statement_as_many_are_waited_for_again() -> None:
    table = Table()
    patient = Batch(table.write, patience=LONG)
    await asyncio.gather(*map(patient.add, range(3)))
    first = asyncio.create_task(patient.add(7))
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(table.statements) == 1
    assert [*await asyncio.gather(patient.add(8), patient.add(9))] == [80, 90]
    assert await first == 70
    assert table.statements[1:] == [[7, 8, 9]]


async def test_patience_ends() -> None:
    table = Table()
    patient = Batch(table.write, patience=0.02)
    await asyncio.gather(*map(patient.add, range(3)))
    assert await asyncio.wait_for(patient.add(7), 5) == 70
    assert table.statements[1:] == [[7]]


async def test_who_gives_up_harms_no_other() -> None:
    table = Table()
    table.open.clear()
    several = Batch(table.write)
    first, second, third = (asyncio.create_task(several.add(item)) for item in (1, 2, 3))
    await table.asked.wait()
    late = asyncio.create_task(several.add(4))
    await asyncio.sleep(0)
    second.cancel()
    table.open.set()
    assert [*await asyncio.gather(first, third, late)] == [10, 30, 40]
    assert second.cancelled()


async def test_a_failure_is_told_to_those_who_shared_it_and_to_nobody_else() -> None:
    table = Table()
    several = Batch(table.write)
    told = await asyncio.gather(several.add(12), several.add(13), return_exceptions=True)
    assert [type(each) for each in told] == [ValueError, ValueError]
    assert await several.add(1) == 10


async def test_more_than_can_wait_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST_WAITING", 2)
    table = Table()
    table.open.clear()
    several = Batch(table.write)
    first = asyncio.create_task(several.add(1))
    await table.asked.wait()
    waiting = [asyncio.create_task(several.add(item)) for item in (2, 3)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await several.add(4)
    table.open.set()
    assert await asyncio.gather(first, *waiting) == [10, 20, 30]
