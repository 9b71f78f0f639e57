"""Leases on outgoing messages: which worker sends one, until when, and what came of it.

All times are the database's. Every later write names the lease's token, so that a worker that
outlived it changes nothing; what it saw is kept as an attempt all the same.
"""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.webhooks.outgoing.rules import TRIES

MOST_WORDS = 500
WINDOW = 200

Status = Literal["delivered", "pending", "failed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """One worker's right to send one message once, and what it needs for it. The secrets are
    sealed; `previous_secret` is None when it signs no longer.
    """

    salon_id: UUID
    message_id: UUID
    endpoint_id: UUID
    token: UUID
    payload: dict[str, Any]
    tried: int
    correlation_id: str | None
    url: str
    enabled: bool
    secret: str
    previous_secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """What one request brought."""

    status_code: int | None = None
    answer: str | None = None
    error: str | None = None
    duration_ms: int


async def claim(session: AsyncSession, *, limit: int, most_each: int, seconds: int) -> list[Lease]:
    """Lease what is due, at most `limit`, and never more than `most_each` to one endpoint at a
    time over all workers. One worker claims at a time; another that comes gets nothing.
    """
    if not await session.scalar(text(MY_TURN)):
        return []
    rows = await session.execute(
        CLAIM, {"limit": limit, "most": most_each, "seconds": seconds, "window": WINDOW}
    )
    return [Lease(**row) for row in rows.mappings()]


async def settle(
    session: AsyncSession,
    *,
    lease: Lease,
    status: Status,
    tried: Try | None,
    words: str | None = None,
    wait: float | None = None,
) -> bool:
    """Write what came of it; `wait` is in seconds for `pending`. Without a `tried` nothing was
    sent and the try does not count. False when the lease was lost meanwhile.
    """
    names = {"salon_id": lease.salon_id, "id": lease.message_id}
    if tried is not None:
        await session.execute(
            TRIED,
            {
                **names,
                "status_code": tried.status_code,
                "answer": _short(tried.answer),
                "error": _short(tried.error),
                "duration_ms": tried.duration_ms,
            },
        )
    settled = await session.execute(
        SETTLE,
        {
            **names,
            "token": lease.token,
            "status": status,
            "tried": int(tried is not None),
            "words": _short(words),
            "wait": wait or 0.0,
        },
    )
    return settled.one_or_none() is not None


async def take_back(session: AsyncSession) -> int:
    """Let the messages of dead workers go again; their lost try counts. Answers how many."""
    taken = await session.execute(TAKE_BACK, {"tries": TRIES, "window": WINDOW})
    return len(taken.all())


def _short(words: str | None) -> str | None:
    return None if words is None else words.replace("\x00", "\ufffd")[:MOST_WORDS]


MY_TURN = "SELECT pg_try_advisory_xact_lock(hashtextextended('webhooks.send', 0))"

CLAIM = text("""
    WITH busy AS (
        SELECT salon_id, endpoint_id, count(*) AS sending FROM webhook_messages
        WHERE status = 'sending' AND lease_until > now()
        GROUP BY salon_id, endpoint_id
    ), due AS (
        SELECT salon_id, id, endpoint_id, next_attempt_at FROM webhook_messages AS message
        WHERE status = 'pending' AND next_attempt_at <= now()
            AND NOT EXISTS (
                SELECT FROM busy
                WHERE busy.salon_id = message.salon_id
                    AND busy.endpoint_id = message.endpoint_id AND busy.sending >= :most
            )
        ORDER BY next_attempt_at LIMIT :window
    ), ranked AS (
        SELECT *, row_number() OVER (
            PARTITION BY salon_id, endpoint_id ORDER BY next_attempt_at, id) AS place
        FROM due
    ), chosen AS (
        SELECT ranked.salon_id, ranked.id FROM ranked
        LEFT JOIN busy USING (salon_id, endpoint_id)
        WHERE place <= :most - coalesce(sending, 0)
        ORDER BY next_attempt_at LIMIT :limit
    )
    UPDATE webhook_messages AS message
    SET status = 'sending', lease_token = gen_random_uuid(),
        lease_until = now() + make_interval(secs => :seconds)
    FROM chosen, webhook_endpoints AS endpoint
    WHERE message.salon_id = chosen.salon_id AND message.id = chosen.id
        AND message.status = 'pending'
        AND endpoint.salon_id = message.salon_id AND endpoint.id = message.endpoint_id
    RETURNING message.salon_id, message.id AS message_id, message.endpoint_id,
        message.lease_token AS token, message.payload, message.attempt_count AS tried,
        message.correlation_id, endpoint.url, endpoint.enabled, endpoint.secret,
        CASE WHEN endpoint.previous_until > now() THEN endpoint.previous_secret END
            AS previous_secret
""")

TRIED = text("""
    INSERT INTO webhook_attempts
        (salon_id, id, message_id, number, status_code, answer, error, duration_ms, started_at)
    SELECT :salon_id, gen_random_uuid(), :id,
        1 + (SELECT coalesce(max(number), 0) FROM webhook_attempts
             WHERE salon_id = :salon_id AND message_id = :id),
        CAST(:status_code AS int), CAST(:answer AS text), CAST(:error AS text),
        CAST(:duration_ms AS int), now() - make_interval(secs => CAST(:duration_ms AS int) / 1000.0)
    WHERE EXISTS (SELECT FROM webhook_messages WHERE salon_id = :salon_id AND id = :id)
""")

SETTLE = text("""
    UPDATE webhook_messages
    SET status = :status, attempt_count = attempt_count + :tried, last_error = :words,
        next_attempt_at = now() + make_interval(secs => CAST(:wait AS double precision)),
        finished_at = CASE WHEN :status = 'pending' THEN NULL ELSE now() END,
        lease_token = NULL, lease_until = NULL
    WHERE salon_id = :salon_id AND id = :id AND lease_token = :token AND status = 'sending'
    RETURNING id
""")

TAKE_BACK = text("""
    WITH lost AS (
        SELECT salon_id, id FROM webhook_messages
        WHERE status = 'sending' AND lease_until <= now()
        ORDER BY lease_until LIMIT :window FOR UPDATE SKIP LOCKED
    ), noted AS (
        INSERT INTO webhook_attempts (salon_id, id, message_id, number, error, duration_ms)
        SELECT salon_id, gen_random_uuid(), id,
            1 + (SELECT coalesce(max(number), 0) FROM webhook_attempts AS attempt
                 WHERE attempt.salon_id = lost.salon_id AND attempt.message_id = lost.id),
            'the worker ended while it sent this; it may have arrived', 0
        FROM lost
    )
    UPDATE webhook_messages AS message
    SET status = CASE WHEN attempt_count + 1 >= :tries THEN 'failed' ELSE 'pending' END,
        finished_at = CASE WHEN attempt_count + 1 >= :tries THEN now() END,
        attempt_count = attempt_count + 1, next_attempt_at = now(),
        last_error = 'the worker ended while it sent this; it may have arrived',
        lease_token = NULL, lease_until = NULL
    FROM lost WHERE message.salon_id = lost.salon_id AND message.id = lost.id
    RETURNING message.id
""")
