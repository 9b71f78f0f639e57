"""Forgets webhooks that came to an end long ago, in and out. Called by a job, once a night.

What is not at an end (waits, failed and may be tried again) is never forgotten by itself.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

BATCH = 5000


async def forget_old(session: AsyncSession, *, days: int) -> int:
    """Delete at most five thousand of each that ended more than `days` ago; answers how many.

    An event of that age that comes once more counts as new; services repeat for days, not months.
    """
    values = {"days": days, "batch": BATCH}
    incoming = await session.execute(INCOMING, values)
    outgoing = await session.execute(OUTGOING, values)
    return len(incoming.all()) + len(outgoing.all())


INCOMING = text("""
    DELETE FROM webhook_events WHERE id IN (
        SELECT id FROM webhook_events
        WHERE status IN ('processed', 'ignored')
            AND created_at < now() - make_interval(days => :days)
        LIMIT :batch FOR UPDATE SKIP LOCKED
    ) RETURNING id
""")

OUTGOING = text("""
    DELETE FROM webhook_messages WHERE (salon_id, id) IN (
        SELECT salon_id, id FROM webhook_messages
        WHERE status IN ('delivered', 'failed', 'cancelled')
            AND created_at < now() - make_interval(days => :days)
        LIMIT :batch FOR UPDATE SKIP LOCKED
    ) RETURNING id
""")
