"""Writes how a try ended: the message's new state, its attempt, and a dead letter when given up.

Called by `delivery.py` inside one transaction; every write is fenced by the lease's token. What
comes too late changes nothing, but is kept in the attempt as evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.budgets.note_cost import Cost
from openchair.notifications.budgets.release import release
from openchair.notifications.dead_letters.bury import bury
from openchair.notifications.errors import DeliveryFailed, PutOff, Temporary
from openchair.notifications.events import AmbiguousSend
from openchair.notifications.leases import Lease, named
from openchair.notifications.providers.provider import Accepted
from openchair.notifications.suppressions.suppress import note_bounce
from openchair.platform.backoff import doubled, spread
from openchair.platform.breakers.breaker import WELL
from openchair.platform.events.event import emit

LONGEST_WAIT_SECONDS = 3600
FIRST_LOOK_UP_SECONDS = 5
HARD_BOUNCE = "hard_bounce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that a provider accepted under this lease."""

    lease: Lease
    provider: str
    accepted: Accepted


async def record_sent(connection: "asyncpg.Connection[Any]", *, sent: Sequence[Sent]) -> list[bool]:
    """The providers accepted these, and so are well. Answers for each whether its lease held.

    One statement that commits by itself when the connection is in no transaction. That commit does
    not wait for the disk: if it is lost, the message is doubtful and its provider is asked.
    """
    rows = await connection.fetch(
        SENT,
        [each.lease.message.salon_id for each in sent],
        [each.lease.message.id for each in sent],
        [each.lease.token for each in sent],
        [each.accepted.words for each in sent],
        [each.accepted.reference or each.accepted.words for each in sent],
        [each.accepted.segments for each in sent],
        sorted({each.provider for each in sent}),
    )
    tokens = {row["token"] for row in rows}
    return [each.lease.token in tokens for each in sent]


def costs_of(sent: Sequence[Sent]) -> list[Cost]:
    """What these cost, of those whose provider named a price."""
    return [
        Cost(
            salon_id=each.lease.message.salon_id,
            notification_id=each.lease.message.id,
            micros=each.accepted.cost_micros,
            currency=each.accepted.cost_currency,
        )
        for each in sent
        if each.accepted.cost_micros is not None and each.accepted.cost_currency is not None
    ]


async def record_doubtful(
    session: AsyncSession, *, lease: Lease, provider: str, failure: DeliveryFailed
) -> bool:
    """The provider may have it. Nothing sends it again before that is found out."""
    held = await _finish(
        session,
        lease=lease,
        status="doubtful",
        outcome="doubtful",
        failure=failure,
        provider=provider,
    )
    if held:
        message = lease.message
        event = AmbiguousSend(
            salon_id=message.salon_id, subject_id=message.id, words=failure.message
        )
        await emit(session, event)
    return held


async def record_unsent(session: AsyncSession, *, lease: Lease, status: str, reason: str) -> bool:
    """It was not to go out (`cancelled`, `suppressed`); the reason is kept."""
    held = await _finish(
        session, lease=lease, status=status, outcome="not_handed_over", words=reason
    )
    if held:
        await release(session, messages=[(lease.message.salon_id, lease.message.id)])
    return held


async def record_put_off(session: AsyncSession, *, lease: Lease, put_off: PutOff) -> bool:
    """It waits for its hour; no try is counted."""
    return await _finish(
        session,
        lease=lease,
        status="pending",
        outcome="not_handed_over",
        words=str(put_off),
        until=put_off.until,
        waits_for=put_off.waits_for,
    )


async def record_failed(
    session: AsyncSession,
    *,
    lease: Lease,
    provider: str | None,
    failure: DeliveryFailed,
    now: datetime,
    outcome: str = "permanent",
) -> bool:
    """Given up: failed, with a dead letter that says why."""
    held = await _finish(
        session,
        lease=lease,
        status="failed",
        outcome=outcome,
        failure=failure,
        provider=provider,
    )
    if held:
        given_up = [(lease.message.salon_id, lease.message.id)]
        await bury(session, messages=given_up)
        await release(session, messages=given_up)
        if failure.failure_type == HARD_BOUNCE:
            await note_bounce(
                session,
                salon_id=lease.message.salon_id,
                notification_id=lease.message.id,
                channel=lease.message.channel,
                recipient=lease.message.recipient,
                category=HARD_BOUNCE,
                words=failure.message,
                later=False,
                now=now,
            )
    return held


async def record_temporary(
    session: AsyncSession,
    *,
    lease: Lease,
    provider: str | None,
    failure: DeliveryFailed,
    max_tries: int,
    now: datetime,
) -> tuple[str, bool]:
    """Back to pending after a wait, or given up after `max_tries`; answers the new status."""
    if lease.retry_count + 1 >= max_tries:
        return "failed", await record_failed(
            session, lease=lease, provider=provider, failure=failure, now=now, outcome="temporary"
        )
    retry_after = failure.retry_after if isinstance(failure, Temporary) else None
    return "pending", await _finish(
        session,
        lease=lease,
        status="pending",
        outcome="temporary",
        failure=failure,
        provider=provider,
        wait=wait_before_try(lease.retry_count, retry_after=retry_after),
    )


def wait_before_try(retries: int, *, retry_after: int | None) -> float:
    """Seconds to wait after `retries` earlier ones: 1, 2, 4 … an hour at most, and up to a quarter
    on top by chance. `retry_after`, in seconds, makes it longer, never shorter.
    """
    return spread(max(doubled(retries, longest=LONGEST_WAIT_SECONDS), retry_after or 0))


async def _finish(
    session: AsyncSession,
    *,
    lease: Lease,
    status: str,
    outcome: str,
    failure: DeliveryFailed | None = None,
    provider: str | None = None,
    words: str | None = None,
    wait: float | None = None,
    until: datetime | None = None,
    waits_for: str | None = None,
) -> bool:
    finished = await session.execute(
        FINISH,
        {
            **named(lease),
            "status": status,
            "outcome": outcome,
            "failure_type": failure.failure_type if failure else None,
            "status_code": failure.status_code if failure else None,
            "words": failure.message if failure else words,
            "provider": provider,
            "wait": wait,
            "until": until,
            "waits_for": waits_for,
            "look_up": FIRST_LOOK_UP_SECONDS,
        },
    )
    return finished.scalar_one() is not None


# Sent by the driver, with what the breakers have to know: it is one round trip of every mail.
SENT = f"""
    WITH quick AS (
        SELECT set_config('synchronous_commit', 'off', true)
    ), accepted AS (
        SELECT * FROM unnest(
            $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::smallint[]
        ) AS given (salon_id, id, token, words, reference, segments)
    ), finished AS (
        UPDATE notifications AS queue
        SET status = 'sent', lease_token = NULL, lease_until = NULL, lost_leases = 0,
            sent_at = now(), finished_at = now(), failure_type = NULL, error_message = NULL,
            provider_reference = accepted.reference, segments = accepted.segments
        FROM accepted
        WHERE queue.salon_id = accepted.salon_id AND queue.id = accepted.id
            AND queue.lease_token = accepted.token AND queue.status = 'sending'
        RETURNING queue.salon_id, queue.id, accepted.token
    ), noted AS (
        UPDATE notification_attempts AS attempt
        SET outcome = 'sent', error_message = accepted.words, finished_at = now()
        FROM accepted
        WHERE attempt.salon_id = accepted.salon_id AND attempt.notification_id = accepted.id
            AND attempt.lease_token = accepted.token
    ), closed AS (
        UPDATE dead_letter_queue AS letter SET status = 'closed'
        FROM finished
        WHERE letter.salon_id = finished.salon_id AND letter.notification_id = finished.id
    ), well AS (
        {WELL.format(providers="$7::text[]")}
    )
    SELECT token FROM finished CROSS JOIN quick
"""  # noqa: S608 -- constants of ours

FINISH = text("""
    WITH finished AS (
        UPDATE notifications
        SET status = CAST(:status AS text), lease_token = NULL, lease_until = NULL,
            lost_leases = 0,
            handed_over_at = CASE WHEN CAST(:status AS text) <> 'pending' THEN handed_over_at END,
            finished_at = CASE
                WHEN CAST(:status AS text) IN ('failed', 'cancelled', 'suppressed') THEN now() END,
            was_doubtful = was_doubtful OR CAST(:status AS text) = 'doubtful',
            reconcile_at = CASE
                WHEN CAST(:status AS text) = 'doubtful'
                    THEN now() + make_interval(secs => :look_up) END,
            reconcile_count = 0,
            retry_count = retry_count + CAST(CAST(:outcome AS text) = 'temporary' AS integer),
            next_attempt_at = coalesce(
                CAST(:until AS timestamptz),
                now() + make_interval(secs => CAST(:wait AS double precision)), next_attempt_at),
            waits_for = CAST(:waits_for AS text),
            provider = coalesce(CAST(:provider AS text), provider),
            failure_type = CAST(:failure_type AS text), error_message = CAST(:words AS text)
        WHERE salon_id = :salon_id AND id = :id AND lease_token = :token AND status = 'sending'
        RETURNING salon_id, id
    ), noted AS (
        UPDATE notification_attempts
        SET outcome = CAST(:outcome AS text), failure_type = CAST(:failure_type AS text),
            status_code = CAST(:status_code AS integer), error_message = CAST(:words AS text),
            provider = coalesce(CAST(:provider AS text), provider), finished_at = now()
        WHERE salon_id = :salon_id AND notification_id = :id AND lease_token = :token
    )
    SELECT (SELECT id FROM finished)
""")
