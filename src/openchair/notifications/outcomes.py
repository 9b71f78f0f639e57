"""Writes how a try ended: the message's new state, its attempt, and a dead letter when given up.

Called by `delivery.py` inside one transaction; every write is fenced by the lease's token.
"""

import random
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.dead_letters import bury
from openchair.notifications.errors import DeliveryFailed, Temporary
from openchair.notifications.leases import Lease, named
from openchair.notifications.outbox import DELIVER_JOB
from openchair.platform.clock import utc_now
from openchair.platform.jobs.queue import Queued, enqueue_all

LONGEST_WAIT_SECONDS = 3600
JITTER = 0.25
# The job is queued for a moment after the row is due, so that it never finds it a hair too early.
JOB_MARGIN = timedelta(milliseconds=250)


async def record_sent(session: AsyncSession, *, lease: Lease, answer: str) -> bool:
    """The provider accepted it; `answer` is kept as evidence. False when the lease was lost."""
    return await _finish(session, lease=lease, status="sent", outcome="sent", reference=answer)


async def record_doubtful(session: AsyncSession, *, lease: Lease, failure: DeliveryFailed) -> bool:
    """The provider may have it. It stays so until that is found out; nothing sends it again."""
    return await _finish(
        session, lease=lease, status="doubtful", outcome="doubtful", failure=failure
    )


async def record_outdated(session: AsyncSession, *, lease: Lease, reason: str) -> bool:
    """What it tells is no longer true: cancelled, with the reason kept."""
    return await _finish(
        session, lease=lease, status="cancelled", outcome="not_handed_over", words=reason
    )


async def record_failed(
    session: AsyncSession, *, lease: Lease, failure: DeliveryFailed, outcome: str = "permanent"
) -> bool:
    """Given up: failed, with a dead letter that says why."""
    if not await _finish(session, lease=lease, status="failed", outcome=outcome, failure=failure):
        return False
    await bury(session, messages=[(lease.message.salon_id, lease.message.id)])
    return True


async def record_temporary(
    session: AsyncSession, *, lease: Lease, failure: DeliveryFailed, max_tries: int
) -> tuple[str, bool]:
    """Back to pending after a wait, or given up after `max_tries`; answers the new status."""
    if lease.retry_count + 1 >= max_tries:
        return "failed", await record_failed(
            session, lease=lease, failure=failure, outcome="temporary"
        )
    retry_after = failure.retry_after if isinstance(failure, Temporary) else None
    wait = wait_before_try(lease.retry_count, retry_after=retry_after)
    held = await _finish(
        session, lease=lease, status="pending", outcome="temporary", failure=failure, wait=wait
    )
    if held:
        run_at = utc_now() + timedelta(seconds=wait) + JOB_MARGIN
        await enqueue_all(session, [retry_job(lease, run_at=run_at)])
    return "pending", held


def retry_job(lease: Lease, *, run_at: datetime) -> Queued:
    """The job of the next try; one at most waits for each message."""
    message = lease.message
    return Queued(
        DELIVER_JOB,
        {"salon_id": message.salon_id, "id": message.id},
        run_at=run_at,
        dedupe_key=f"{DELIVER_JOB}:{message.id}",
    )


def wait_before_try(retries: int, *, retry_after: int | None) -> float:
    """Seconds to wait after `retries` earlier ones: 1, 2, 4 … an hour at most, and up to a quarter
    on top by chance, so that a thousand messages do not come back in the same second.
    """
    wait = float(min(2 ** min(retries, 30), LONGEST_WAIT_SECONDS))
    if retry_after is not None:
        wait = max(wait, float(retry_after))
    return wait * (1 + random.random() * JITTER)  # noqa: S311 -- spreads load, guards nothing


async def _finish(
    session: AsyncSession,
    *,
    lease: Lease,
    status: str,
    outcome: str,
    failure: DeliveryFailed | None = None,
    reference: str | None = None,
    words: str | None = None,
    wait: float | None = None,
) -> bool:
    """Write both rows. The attempt is written also when the lease is lost: it is evidence."""
    finished = await session.execute(
        FINISH,
        {
            **named(lease),
            "status": status,
            "outcome": outcome,
            "failure_type": failure.failure_type if failure else None,
            "status_code": failure.status_code if failure else None,
            "words": failure.message if failure else words,
            "reference": reference,
            "wait": wait,
        },
    )
    return finished.scalar_one() is not None


FINISH = text("""
    WITH finished AS (
        UPDATE notifications
        SET status = CAST(:status AS text), lease_token = NULL, lease_until = NULL,
            handed_over_at = CASE WHEN CAST(:status AS text) <> 'pending' THEN handed_over_at END,
            sent_at = CASE WHEN CAST(:status AS text) = 'sent' THEN now() END,
            finished_at = CASE
                WHEN CAST(:status AS text) IN ('sent', 'failed', 'cancelled') THEN now() END,
            retry_count = retry_count + CAST(CAST(:outcome AS text) = 'temporary' AS integer),
            next_attempt_at = coalesce(
                now() + make_interval(secs => CAST(:wait AS double precision)), next_attempt_at),
            failure_type = CAST(:failure_type AS text), error_message = CAST(:words AS text),
            provider_reference = CAST(:reference AS text)
        WHERE salon_id = :salon_id AND id = :id AND lease_token = :token AND status = 'sending'
        RETURNING salon_id, id
    ), noted AS (
        UPDATE notification_attempts
        SET outcome = CAST(:outcome AS text), failure_type = CAST(:failure_type AS text),
            status_code = CAST(:status_code AS integer), error_message = CAST(:words AS text),
            finished_at = now()
        WHERE salon_id = :salon_id AND notification_id = :id AND lease_token = :token
    ), closed AS (
        UPDATE dead_letter_queue AS letter SET status = 'closed'
        FROM finished
        WHERE CAST(:status AS text) = 'sent' AND letter.salon_id = finished.salon_id
            AND letter.notification_id = finished.id
    )
    SELECT (SELECT id FROM finished)
""")
