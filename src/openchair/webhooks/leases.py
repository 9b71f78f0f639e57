"""Leases on stored webhooks: which worker handles one, until when, and what came of it.

All times are the database's. The token fences off a worker that outlived its lease: its
transaction, the handler's work included, is rolled back.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.webhooks.handlers import WebhookEventView

MAX_WORDS = 1000


class LeaseLost(Exception):
    """Somebody else has the event by now: change nothing."""


@dataclass(frozen=True, slots=True)
class Lease:
    """One worker's right to handle one event. `abandoned`: the worker before it died or hung."""

    event: WebhookEventView
    token: UUID
    correlation_id: str | None
    abandoned: bool


async def claim(session: AsyncSession, *, limit: int, seconds: int) -> list[Lease]:
    """Lease the events that are due, at most `limit`.

    Due is what is `received`, whatever else its row says: a runbook's UPDATE needs no more. Then
    what failed and may be tried again, then what a dead worker left.
    """
    rows = await session.execute(CLAIM, {"limit": limit, "seconds": seconds})
    return [
        Lease(
            event=WebhookEventView(
                id=row.id,
                source=row.source,
                provider_event_id=row.provider_event_id,
                event_type=row.event_type,
                payload=row.payload,
                created_at=row.created_at,
                retry_count=row.retry_count,
            ),
            token=row.lease_token,
            correlation_id=row.correlation_id,
            abandoned=row.abandoned,
        )
        for row in rows
    ]


async def finish(
    session: AsyncSession, *, event_id: UUID, token: UUID, status: str, words: str | None
) -> None:
    """Mark as `processed` or `ignored`, in the handler's transaction. Raises `LeaseLost`."""
    done = await session.execute(
        FINISH, {"id": event_id, "token": token, "status": status, "words": _short(words)}
    )
    if done.one_or_none() is None:
        raise LeaseLost


async def fail(
    session: AsyncSession, *, event_id: UUID, token: UUID, words: str, wait: float | None
) -> None:
    """Mark as failed, to be tried again in `wait` seconds, or (None) not by itself. Nothing
    happens when somebody else has the event.
    """
    await session.execute(
        FAIL, {"id": event_id, "token": token, "words": _short(words), "wait": wait}
    )


def _short(words: str | None) -> str | None:
    return None if words is None else words.replace("\x00", "")[:MAX_WORDS]


CLAIM = text("""
    WITH waiting AS (
        SELECT id FROM webhook_events WHERE status = 'received'
        ORDER BY created_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ), again AS (
        SELECT id FROM webhook_events
        WHERE status = 'failed' AND next_attempt_at <= now()
        ORDER BY next_attempt_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ), abandoned AS (
        SELECT id FROM webhook_events WHERE status = 'processing' AND lease_until < now()
        ORDER BY lease_until LIMIT :limit FOR UPDATE SKIP LOCKED
    ), due AS (
        SELECT id, left_behind FROM (
            SELECT id, false AS left_behind FROM waiting
            UNION ALL SELECT id, false FROM again
            UNION ALL SELECT id, true FROM abandoned
        ) AS every LIMIT :limit
    )
    UPDATE webhook_events AS event
    SET status = 'processing', lease_token = gen_random_uuid(),
        retry_count = retry_count + due.left_behind::int,
        lease_until = now() + make_interval(secs => :seconds)
    FROM due WHERE event.id = due.id
    RETURNING event.id, event.source, event.provider_event_id, event.event_type, event.payload,
        event.created_at, event.retry_count, event.lease_token, event.correlation_id,
        due.left_behind AS abandoned
""")

FINISH = text("""
    UPDATE webhook_events
    SET status = :status, error_message = :words, processed_at = now(),
        next_attempt_at = NULL, lease_token = NULL, lease_until = NULL
    WHERE id = :id AND lease_token = :token AND status = 'processing'
    RETURNING id
""")

FAIL = text("""
    UPDATE webhook_events
    SET status = 'failed', error_message = :words, retry_count = least(retry_count + 1, 32000),
        next_attempt_at = now() + make_interval(secs => CAST(:wait AS double precision)),
        lease_token = NULL, lease_until = NULL
    WHERE id = :id AND lease_token = :token AND status = 'processing'
""")
