from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.metrics import roll_up as module
from openchair.operations.metrics.roll_up import forget_old, roll_up
from tests.operations.metrics.points import put

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
ELEVEN = NOW.replace(hour=11, minute=0)


async def hours(session: AsyncSession) -> list[tuple[object, ...]]:
    found = await session.execute(
        text(
            "SELECT name, labels, at, count, total, least, most, last, buckets"
            " FROM metric_points WHERE step = 3600 ORDER BY name, labels, at"
        )
    )
    return [tuple(row) for row in found]


async def test_an_hour_is_the_sum_of_its_minutes(session: AsyncSession) -> None:
    await put(session, "h", at=ELEVEN, count=2, total=3, least=1, most=2, buckets=[1, 1, 0])
    await put(
        session, "h", at=ELEVEN + timedelta(minutes=59), count=1, total=9, most=9, buckets=[0, 0, 1]
    )
    await put(session, "h", at=ELEVEN + timedelta(minutes=60), count=5, total=5)
    assert await roll_up(session, now=NOW) == 1
    assert await hours(session) == [("h", "{}", ELEVEN, 3, 12.0, 0.0, 9.0, 0.0, [1, 1, 1])]


async def test_twice_is_once_and_late_minutes_still_count(session: AsyncSession) -> None:
    await put(session, "n", at=ELEVEN, count=1, total=4)
    await roll_up(session, now=NOW)
    await roll_up(session, now=NOW)
    await put(session, "n", at=ELEVEN + timedelta(minutes=5), count=1, total=6)
    await roll_up(session, now=NOW + timedelta(hours=1))
    assert [row[4] for row in await hours(session)] == [10.0]


async def test_instances_become_one(session: AsyncSession) -> None:
    for instance in ("a:1", "b:2"):
        labels = {"process": "web", "instance": instance}
        await put(session, "memory", labels=labels, at=ELEVEN, count=1, total=5, most=5)
    await roll_up(session, now=NOW)
    assert [(row[1], row[4]) for row in await hours(session)] == [('{"process": "web"}', 10.0)]


async def test_a_day_without_a_worker_is_made_up_for(session: AsyncSession) -> None:
    for back in range(1, 60):
        await put(session, "n", at=ELEVEN - timedelta(hours=back), count=1, total=1)
    await roll_up(session, now=NOW)
    assert len(await hours(session)) == 47  # 48 hours back from noon, but nothing at eleven


async def test_old_rows_go_in_batches(session: AsyncSession, monkeypatch: object) -> None:
    for back in (1, 47, 49, 50, 51):
        await put(session, "n", at=NOW - timedelta(hours=back), count=1, total=1)
    for back in (1, 91, 93):
        await put(session, "n", at=NOW - timedelta(days=back), step=3600, count=1, total=1)
    module_limit = module.DELETED_AT_ONCE
    try:
        module.DELETED_AT_ONCE = 3
        assert await forget_old(session, now=NOW)
        assert not await forget_old(session, now=NOW)
    finally:
        module.DELETED_AT_ONCE = module_limit
    left = await session.scalar(text("SELECT count(*) FROM metric_points"))
    assert left == 4
