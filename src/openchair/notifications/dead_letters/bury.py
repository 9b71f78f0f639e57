"""Keeps what was given up: a dead letter with its cause. Called by whatever gives a message up."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def bury(session: AsyncSession, *, messages: Sequence[tuple[UUID, UUID]]) -> None:
    """Keep failed messages, named by salon and id, as dead letters; one that fails again counts
    up on its old letter and keeps its age.
    """
    salon_ids, ids = zip(*messages, strict=True)
    await session.execute(BURY, {"salon_ids": list(salon_ids), "ids": list(ids)})


# The runbook sorts letters by words in their error message: ours contain the words it looks for.
BURY = text("""
    INSERT INTO dead_letter_queue (
        salon_id, id, notification_id, channel, kind, original_payload, failure_type,
        error_message, correlation_id)
    SELECT salon_id, gen_random_uuid(), id, channel, kind,
        jsonb_build_object(
            'kind', kind, 'channel', channel, 'recipient', recipient, 'language', language,
            'reference', reference, 'message_id', message_id, 'data', data,
            'queued_at', created_at),
        coalesce(failure_type, 'other'),
        CASE WHEN word.of IS NOT NULL AND coalesce(error_message, '') NOT LIKE '%' || word.of || '%'
            THEN concat_ws(': ', word.of, error_message) ELSE error_message END,
        correlation_id
    FROM notifications
    LEFT JOIN (VALUES ('timeout', 'timeout'), ('rate_limit', 'rate limit'),
            ('auth_error', 'authentication'), ('validation_error', 'validation')
        ) AS word (failure, of) ON word.failure = failure_type
    WHERE status = 'failed' AND (salon_id, id) IN (
        SELECT * FROM unnest(CAST(:salon_ids AS uuid[]), CAST(:ids AS uuid[])))
    ON CONFLICT (salon_id, notification_id) DO UPDATE
    SET failure_count = dead_letter_queue.failure_count + 1, status = 'waiting',
        failure_type = excluded.failure_type, error_message = excluded.error_message,
        retry_scheduled_at = NULL, last_failed_at = now(), closed_reason = NULL, closed_at = NULL
""")
