"""Forgets alerts that are long over, and old attempts, in steps that hold no lock for long. Called
by `jobs.py`.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def prune_alerts(session: AsyncSession, *, days: int, limit: int) -> int:
    """Delete at most `limit` alerts that ended more than `days` ago; answers how many."""
    return await _delete(session, ALERTS, days=days, limit=limit)


async def prune_attempts(session: AsyncSession, *, days: int, limit: int) -> int:
    """Delete at most `limit` attempts that are older than `days`; answers how many."""
    return await _delete(session, ATTEMPTS, days=days, limit=limit)


async def prune_silences(session: AsyncSession, *, days: int, limit: int) -> int:
    """Delete at most `limit` silences that ended more than `days` ago; answers how many."""
    return await _delete(session, SILENCES, days=days, limit=limit)


async def _delete(session: AsyncSession, statement: str, *, days: int, limit: int) -> int:
    found = await session.execute(text(statement), {"days": days, "limit": limit})
    return len(found.all())


ALERTS = """
    DELETE FROM alerts WHERE id IN (
        SELECT id FROM alerts
        WHERE status = 'resolved' AND started_at < now() - make_interval(days => :days)
            AND resolved_at < now() - make_interval(days => :days)
        ORDER BY started_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ) RETURNING id
"""
ATTEMPTS = """
    DELETE FROM alert_attempts WHERE id IN (
        SELECT id FROM alert_attempts WHERE created_at < now() - make_interval(days => :days)
        ORDER BY created_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ) RETURNING id
"""
SILENCES = """
    DELETE FROM alert_silences WHERE id IN (
        SELECT id FROM alert_silences WHERE ends_at < now() - make_interval(days => :days)
        ORDER BY ends_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ) RETURNING id
"""
