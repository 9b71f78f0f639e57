"""The limits themselves: how many, how soon again, and at what cost in statements."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openchair.platform.db.engine import Database
from openchair.platform.edge import address_limits
from openchair.platform.edge.address_limits import LocalLimit, SharedLimit
from openchair.platform.errors import TooMany


@given(
    st.integers(1, 50),
    st.lists(st.floats(0, 5, allow_nan=False), min_size=1, max_size=200),
)
def test_bursts_have_the_limit_and_what_follows_its_pace(limit: int, pauses: list[float]) -> None:
    counted = LocalLimit(limit=limit)
    now, taken = 0.0, []
    for pause in pauses:
        now += pause
        with suppress(TooMany):
            counted.take(key="a", now=now)
            taken.append(now)
    for begin in taken:
        elapsed = [when - begin for when in taken if 0 <= when - begin <= 60]
        assert all(
            number <= limit + elapsed[number - 1] * limit / 60 + 1
            for number in range(1, len(elapsed) + 1)
        )


def test_after_the_wait_it_is_let_in() -> None:
    counted = LocalLimit(limit=2)
    counted.take(key="a", now=0)
    counted.take(key="a", now=0)
    with pytest.raises(TooMany) as refused:
        counted.take(key="a", now=0)
    counted.take(key="b", now=0)
    counted.take(key="a", now=refused.value.retry_after)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_limits, "MOST_CALLERS", 10)
    counted = LocalLimit(limit=60)
    for number in range(100):
        counted.take(key=str(number), now=0)
    assert len(counted._arrivals) <= 10


async def test_callers_at_once_get_no_more_than_the_limit(database: Database) -> None:
    limits = [SharedLimit(limit=5), SharedLimit(limit=5)]
    outcomes = await asyncio.gather(
        *(limits[number % 2].take(database, key="a") for number in range(20)),
        return_exceptions=True,
    )
    assert sum(each is None for each in outcomes) == 5
    assert sum(isinstance(each, TooMany) for each in outcomes) == 15


async def test_a_generous_limit_costs_few_statements(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def counting(*_: object, **__: object) -> None:
        nonlocal asked
        asked += 1

    monkeypatch.setattr(address_limits, "take", counting)
    generous = SharedLimit(limit=60_000)
    await asyncio.gather(*(generous.take(database, key="a") for _ in range(250)))
    assert asked == 3


async def test_a_known_refusal_asks_nobody(database: Database) -> None:
    strict = SharedLimit(limit=1)
    await strict.take(database, key="a")
    for _ in range(3):
        with pytest.raises(TooMany) as refused:
            await strict.take(database, key="a")
        assert 1 <= refused.value.retry_after <= 60
    await database.close()
