import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.engine import Database
from openchair.platform.jobs.queue import JobContext
from openchair.platform.outbound import jobs
from openchair.platform.outbound.prune import prune

OLD_CALLS = text("""
    INSERT INTO api_logs (id, service_name, method, host, path, attempt, duration_ms, created_at)
    SELECT gen_random_uuid(), 'x', 'GET', 'h', '/', 1, 1,
        now() - make_interval(days => day, hours => 1)
    FROM generate_series(1, 40) AS day
""")
LEFT = text("SELECT count(*) FROM api_logs")


async def test_a_batch_at_a_time(session: AsyncSession) -> None:
    await session.execute(OLD_CALLS)
    assert [await prune(session, days=30, limit=4) for _ in range(4)] == [4, 4, 3, 0]
    assert (await session.execute(LEFT)).scalar_one() == 29


async def test_the_job_forgets_all_that_is_old(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 4)
    async with database.transaction() as session:
        await session.execute(OLD_CALLS)
    await jobs.prune_calls(JobContext(database=database), {})
    async with database.transaction() as session:
        assert (await session.execute(LEFT)).scalar_one() == 29
