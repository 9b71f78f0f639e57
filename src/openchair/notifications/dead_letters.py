"""Messages that were given up: kept with their cause, and sent again when somebody asks.

`bury` is called by whatever gives up; `redrive_asked` by the sweep, for letters that a person
(or the runbook's UPDATE) set to `pending`.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def bury(session: AsyncSession, *, messages: Sequence[tuple[UUID, UUID]]) -> None:
    """Keep failed messages, named by salon and id, as dead letters; one that fails again counts
    up on its old letter.
    """
    salon_ids, ids = zip(*messages, strict=True)
    await session.execute(BURY, {"salon_ids": list(salon_ids), "ids": list(ids)})


async def redrive_asked(session: AsyncSession, *, limit: int) -> int:
    """Queue the messages of dead letters whose next try was asked for; answers how many."""
    return len((await session.execute(REDRIVE, {"limit": limit})).all())


BURY = text("""
    INSERT INTO dead_letter_queue (
        salon_id, id, notification_id, channel, kind, original_payload, failure_type,
        error_message, correlation_id)
    SELECT salon_id, gen_random_uuid(), id, channel, kind,
        jsonb_build_object(
            'kind', kind, 'channel', channel, 'recipient', recipient, 'language', language,
            'reference', reference, 'message_id', message_id, 'data', data,
            'queued_at', created_at),
        coalesce(failure_type, 'other'), error_message, correlation_id
    FROM notifications
    WHERE status = 'failed' AND (salon_id, id) IN (
        SELECT * FROM unnest(CAST(:salon_ids AS uuid[]), CAST(:ids AS uuid[])))
    ON CONFLICT (salon_id, notification_id) DO UPDATE
    SET failure_count = dead_letter_queue.failure_count + 1, status = 'waiting',
        failure_type = excluded.failure_type, error_message = excluded.error_message,
        retry_scheduled_at = NULL, last_failed_at = now()
""")

REDRIVE = text("""
    WITH asked AS (
        SELECT salon_id, id, notification_id FROM dead_letter_queue
        WHERE status = 'pending' AND coalesce(retry_scheduled_at, now()) <= now()
        ORDER BY retry_scheduled_at LIMIT :limit
        FOR UPDATE SKIP LOCKED
    ), redriven AS (
        UPDATE dead_letter_queue AS letter SET status = 'redriven'
        FROM asked WHERE letter.salon_id = asked.salon_id AND letter.id = asked.id
    )
    UPDATE notifications AS queue
    SET status = 'pending', retry_count = 0, next_attempt_at = now(), finished_at = NULL
    FROM asked
    WHERE queue.salon_id = asked.salon_id AND queue.id = asked.notification_id
        AND queue.status = 'failed'
    RETURNING queue.id
""")
