"""Leases on queued messages: who may send one, until when, and what becomes of a dead worker's.

All times are the database's. The token of a lease fences off a worker that outlived it: every
later write names the token and changes nothing when somebody else has the message by then.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.rendering import Message

MAX_LOST_LEASES = 3


class LeaseLost(Exception):
    """Somebody else has the message by now: stop, and change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """One worker's right to send one message once."""

    token: UUID
    message: Message
    rfc_message_id: str
    correlation_id: str | None
    retry_count: int


async def claim(
    session: AsyncSession, *, salon_id: UUID, notification_id: UUID, worker: str, seconds: int
) -> Lease | None:
    """Lease one message if it is due and free, and begin its attempt; None otherwise."""
    row = (
        await session.execute(
            CLAIM,
            {"salon_id": salon_id, "id": notification_id, "worker": worker, "seconds": seconds},
        )
    ).one_or_none()
    if row is None:
        return None
    return Lease(
        token=row.lease_token,
        message=Message(
            id=row.id,
            salon_id=row.salon_id,
            kind=row.kind,
            channel=row.channel,
            language=row.language,
            recipient=row.recipient,
            reference=row.reference,
            data=row.data,
        ),
        rfc_message_id=row.message_id,
        correlation_id=row.correlation_id,
        retry_count=row.retry_count,
    )


async def hand_over(session: AsyncSession, *, lease: Lease, provider: str, seconds: int) -> None:
    """Mark that the content leaves now, and renew the lease; `LeaseLost` when it has ended."""
    marked = await session.execute(
        HAND_OVER, {**named(lease), "provider": provider, "seconds": seconds}
    )
    if marked.one_or_none() is None:
        raise LeaseLost


async def recover(session: AsyncSession, *, limit: int) -> list[dict[str, Any]]:
    """Take back messages whose worker let its lease run out; answers id and new status of each.

    Not handed over yet: pending again. Handed over: doubtful, as the provider may have it. One
    whose workers died three times is quarantined as failed, before it takes more with it.
    """
    recovered = await session.execute(RECOVER, {"limit": limit, "max_lost": MAX_LOST_LEASES})
    return [dict(row) for row in recovered.mappings()]


def named(lease: Lease) -> dict[str, Any]:
    """The parameters by which a statement finds the message under this very lease."""
    return {"salon_id": lease.message.salon_id, "id": lease.message.id, "token": lease.token}


CLAIM = text("""
    WITH due AS (
        SELECT salon_id, id FROM notifications
        WHERE salon_id = :salon_id AND id = :id
            AND status = 'pending' AND next_attempt_at <= now()
            AND (expires_at IS NULL OR expires_at > now())
        FOR UPDATE SKIP LOCKED
    ), leased AS (
        UPDATE notifications AS queue
        SET status = 'sending', lease_token = gen_random_uuid(),
            lease_until = now() + make_interval(secs => :seconds),
            lease_count = lease_count + 1, handed_over_at = NULL, finished_at = NULL
        FROM due WHERE queue.salon_id = due.salon_id AND queue.id = due.id
        RETURNING queue.*
    ), begun AS (
        INSERT INTO notification_attempts
            (salon_id, id, notification_id, number, lease_token, worker)
        SELECT salon_id, gen_random_uuid(), id, lease_count, lease_token, :worker FROM leased
    )
    SELECT salon_id, id, kind, channel, language, recipient, reference, data, message_id,
        correlation_id, retry_count, lease_token
    FROM leased
""")

HAND_OVER = text("""
    WITH marked AS (
        UPDATE notifications
        SET handed_over_at = now(), provider = :provider,
            lease_until = now() + make_interval(secs => :seconds)
        WHERE salon_id = :salon_id AND id = :id AND lease_token = :token
            AND status = 'sending' AND lease_until > now()
        RETURNING salon_id, id
    ), noted AS (
        UPDATE notification_attempts AS attempt
        SET handed_over_at = now(), provider = :provider
        FROM marked
        WHERE attempt.salon_id = marked.salon_id AND attempt.notification_id = marked.id
            AND attempt.lease_token = :token
    )
    SELECT id FROM marked
""")

RECOVER = text("""
    WITH over AS (
        SELECT salon_id, id, lease_token, handed_over_at IS NOT NULL AS handed_over,
            (SELECT count(*) FROM notification_attempts AS attempt
             WHERE attempt.salon_id = queue.salon_id AND attempt.notification_id = queue.id
                 AND attempt.outcome = 'lease_lost') + 1 AS lost
        FROM notifications AS queue
        WHERE status = 'sending' AND lease_until < now()
        ORDER BY lease_until LIMIT :limit
        FOR UPDATE SKIP LOCKED
    ), ended AS (
        UPDATE notification_attempts AS attempt
        SET outcome = CASE WHEN over.handed_over THEN 'doubtful' ELSE 'lease_lost' END,
            error_message = 'the worker let its lease run out', finished_at = now()
        FROM over
        WHERE attempt.salon_id = over.salon_id AND attempt.notification_id = over.id
            AND attempt.lease_token = over.lease_token AND attempt.outcome IS NULL
    )
    UPDATE notifications AS queue
    SET status = CASE
            WHEN over.handed_over THEN 'doubtful'
            WHEN over.lost >= :max_lost THEN 'failed'
            ELSE 'pending' END,
        lease_token = NULL, lease_until = NULL, next_attempt_at = now(),
        failure_type = CASE
            WHEN over.handed_over THEN 'timeout'
            WHEN over.lost >= :max_lost THEN 'other' END,
        error_message = CASE
            WHEN over.handed_over
                THEN 'the worker ended after the content left; it may have arrived'
            WHEN over.lost >= :max_lost THEN 'its workers died ' || over.lost || ' times'
            ELSE 'the worker ended before the content left; trying again' END,
        finished_at = CASE
            WHEN NOT over.handed_over AND over.lost >= :max_lost THEN now() END
    FROM over
    WHERE queue.salon_id = over.salon_id AND queue.id = over.id
    RETURNING queue.salon_id, queue.id, queue.status
""")
