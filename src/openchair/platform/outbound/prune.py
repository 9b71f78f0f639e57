"""Forgets old calls, in small steps that hold no lock for long. Called by `jobs.py`."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def prune(session: AsyncSession, *, days: int, limit: int) -> int:
    """Delete at most `limit` calls that are older than `days`; answers how many there were."""
    deleted = await session.execute(
        text("""
            WITH old AS (
                DELETE FROM api_logs WHERE id IN (
                    SELECT id FROM api_logs
                    WHERE created_at < now() - make_interval(days => :days)
                    ORDER BY created_at LIMIT :limit
                    FOR UPDATE SKIP LOCKED)
                RETURNING 1
            )
            SELECT count(*) FROM old
        """),
        {"days": days, "limit": limit},
    )
    return int(deleted.scalar_one())
