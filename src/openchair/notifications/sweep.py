"""The minute's round of the post office: what should move but has nobody moving it.

Called by the job `notifications.sweep` and once when a worker starts. Each step is one bounded
statement, so that a round costs the same whether the queue is empty or a million long.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications import leases
from openchair.notifications.dead_letters import bury, redrive_asked
from openchair.notifications.outbox import DELIVER_JOB
from openchair.platform.jobs.queue import CORRELATION_HEADER, Queued, enqueue_all

ROUND = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one round did: leases taken back, messages expired, redriven and woken."""

    recovered: int
    expired: int
    redriven: int
    woken: int


async def sweep(session: AsyncSession, *, limit: int = ROUND) -> Swept:
    """Take back ended leases, expire what is too late, redrive what was asked for, and queue a
    job for every message that is due: reminders, lost jobs, and rows set `pending` by hand.
    """
    recovered = await leases.recover(session, limit=limit)
    given_up = [(row["salon_id"], row["id"]) for row in recovered if row["status"] == "failed"]
    if given_up:
        await bury(session, messages=given_up)
    expired = (await session.execute(EXPIRE, {"limit": limit})).all()
    redriven = await redrive_asked(session, limit=limit)
    due = (await session.execute(DUE, {"limit": limit})).all()
    await enqueue_all(
        session,
        [
            Queued(
                DELIVER_JOB,
                {"salon_id": row.salon_id, "id": row.id},
                dedupe_key=f"{DELIVER_JOB}:{row.id}",
                headers={CORRELATION_HEADER: row.correlation_id} if row.correlation_id else {},
            )
            for row in due
        ],
    )
    return Swept(recovered=len(recovered), expired=len(expired), redriven=redriven, woken=len(due))


EXPIRE = text("""
    UPDATE notifications AS queue
    SET status = 'expired', finished_at = now(),
        error_message = 'its use-by time passed before it could be sent'
    FROM (
        SELECT salon_id, id FROM notifications
        WHERE status = 'pending' AND next_attempt_at <= now() AND expires_at <= now()
        LIMIT :limit FOR UPDATE SKIP LOCKED
    ) AS late
    WHERE queue.salon_id = late.salon_id AND queue.id = late.id
    RETURNING queue.id
""")

DUE = text("""
    SELECT salon_id, id, correlation_id FROM notifications
    WHERE status = 'pending' AND next_attempt_at <= now()
    ORDER BY priority, next_attempt_at LIMIT :limit
""")
