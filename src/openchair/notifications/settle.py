"""Decides about a doubtful message, once somebody has found out: the provider by a look-up or a
callback, or an operator. Called by `reconcile.py`, the webhooks' handlers and commands.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.budgets.release import release
from openchair.notifications.dead_letters.bury import bury
from openchair.notifications.events import DoubtSettled
from openchair.notifications.leases import MAX_LOST_LEASES
from openchair.platform.events.event import emit
from openchair.platform.logging.setup import logger

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What was decided; `changed` is False when the message was not doubtful (any more)."""

    changed: bool


async def settle_arrived(
    session: AsyncSession,
    *,
    salon_id: UUID,
    notification_id: UUID,
    by: str,
    words: str,
    reference: str | None = None,
) -> Settled:
    """The provider has it: sent. `by` says who found out (look-up, callback, operator)."""
    return await _settle(
        session,
        salon_id=salon_id,
        notification_id=notification_id,
        arrived=True,
        by=by,
        words=words,
        reference=reference,
        handed_over_at=None,
    )


async def settle_not_arrived(
    session: AsyncSession,
    *,
    salon_id: UUID,
    notification_id: UUID,
    by: str,
    words: str,
    handed_over_at: datetime | None = None,
) -> Settled:
    """The provider certainly does not have it: pending again, at once; or failed, when its workers
    died as often as a message may kill.

    Who asked about the hand-over at `handed_over_at` knows nothing about a later one, which is
    left in doubt then.
    """
    return await _settle(
        session,
        salon_id=salon_id,
        notification_id=notification_id,
        arrived=False,
        by=by,
        words=words,
        reference=None,
        handed_over_at=handed_over_at,
    )


async def _settle(
    session: AsyncSession,
    *,
    salon_id: UUID,
    notification_id: UUID,
    arrived: bool,
    by: str,
    words: str,
    reference: str | None,
    handed_over_at: datetime | None,
) -> Settled:
    row = (
        await session.execute(
            SETTLE,
            {
                "salon_id": salon_id,
                "id": notification_id,
                "arrived": arrived,
                "by": by,
                "words": words[:500],
                "reference": reference,
                "handed_over_at": handed_over_at,
                "max_lost": MAX_LOST_LEASES,
            },
        )
    ).one_or_none()
    if row is None:
        return Settled(changed=False)
    if row.status == "failed":
        await bury(session, messages=[(salon_id, notification_id)])
        await release(session, messages=[(salon_id, notification_id)])
    log.info("doubt settled", notification_id=str(notification_id), arrived=arrived, by=by)
    await emit(
        session, DoubtSettled(salon_id=salon_id, subject_id=notification_id, arrived=arrived, by=by)
    )
    return Settled(changed=True)


SETTLE = text("""
    WITH settled AS (
        UPDATE notifications
        SET status = CASE
                WHEN :arrived THEN 'sent' WHEN lost_leases >= :max_lost THEN 'failed'
                ELSE 'pending' END,
            sent_at = CASE WHEN :arrived THEN coalesce(handed_over_at, now()) END,
            finished_at = CASE WHEN :arrived OR lost_leases >= :max_lost THEN now() END,
            handed_over_at = CASE WHEN :arrived THEN handed_over_at END,
            provider_reference = coalesce(CAST(:reference AS text), provider_reference),
            next_attempt_at = now(), reconcile_at = NULL,
            lost_leases = CASE WHEN :arrived THEN 0 ELSE lost_leases END,
            failure_type = CASE
                WHEN NOT :arrived AND lost_leases >= :max_lost THEN 'other' END,
            error_message = CASE
                WHEN NOT :arrived AND lost_leases >= :max_lost
                    THEN 'its workers died ' || lost_leases || ' times' END,
            lease_count = lease_count + 1
        WHERE salon_id = :salon_id AND id = :id AND status = 'doubtful'
            AND (CAST(:handed_over_at AS timestamptz) IS NULL
                OR coalesce(handed_over_at, created_at) = CAST(:handed_over_at AS timestamptz))
        RETURNING salon_id, id, lease_count, provider, status
    ), noted AS (
        INSERT INTO notification_attempts
            (salon_id, id, notification_id, number, worker, provider, outcome, error_message,
             finished_at)
        SELECT salon_id, gen_random_uuid(), id, lease_count, CAST(:by AS text), provider,
            CASE WHEN :arrived THEN 'found' ELSE 'not_found' END, CAST(:words AS text), now()
        FROM settled
    ), closed AS (
        UPDATE dead_letter_queue AS letter SET status = 'closed'
        FROM settled
        WHERE :arrived AND letter.salon_id = settled.salon_id
            AND letter.notification_id = settled.id
    )
    SELECT status FROM settled
""")
