"""Writes what a provider tells about an SMS it was given. Called by `handle.py`, more than once
for the same news and in any order; `rules.py` decides, nothing here ever moves a message back.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.budgets.note_cost import note_cost
from openchair.notifications.dead_letters.bury import bury
from openchair.notifications.providers.sms.rules import Step, decide
from openchair.notifications.providers.sms.settings import SmsSettings
from openchair.notifications.providers.sms.statuses import DELIVERED
from openchair.notifications.settle import settle_arrived
from openchair.notifications.suppressions.suppress import note_bounce
from openchair.platform.logging.setup import logger
from openchair.platform.settings.base import load

BY = "callback"
MAX_WORDS = 500

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a provider tells. `status` is one of ours; `failure_type` says why it was lost.

    `segment_micros` is the price of one segment where the provider names it, in `currency`.
    """

    salon_id: UUID
    notification_id: UUID
    provider: str
    reference: str
    status: str
    words: str
    failure_type: str = "other"
    segment_micros: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sms:
    status: str
    recipient: str
    delivery_status: str | None
    provider_reference: str | None
    handed_over: bool
    cost_micros: int | None
    budget_units: int


async def note_delivery(session: AsyncSession, *, news: News, now: datetime) -> Step | None:
    """Take over what is new and answer what was done; None when there is no such SMS.

    A doubtful message becomes sent, one that was sent and lost becomes failed with a dead letter,
    a number that does not exist goes onto the suppression list.
    """
    found = (await session.execute(FIND, _names(news))).mappings().one_or_none()
    if found is None:
        return None
    sms = _Sms(**found)
    step = decide(
        # What a worker has, but not given to a provider in this try, still waits.
        state="pending" if sms.status == "sending" and not sms.handed_over else sms.status,
        delivery_status=sms.delivery_status,
        known_reference=sms.provider_reference,
        reference=news.reference,
        status=news.status,
    )
    if step is Step.IGNORE:
        return step
    if step in {Step.SETTLE, Step.SETTLE_LOST}:
        await settle_arrived(
            session,
            salon_id=news.salon_id,
            notification_id=news.notification_id,
            by=BY,
            words=news.words,
            reference=news.reference,
        )
    elif step is Step.TAKE:
        await session.execute(TAKE, {**_names(news), "by": BY, "words": news.words[:MAX_WORDS]})
    await session.execute(NOTE, {**_names(news), **_noted(news, now=now)})
    if step in {Step.LOSE, Step.SETTLE_LOST}:
        await _lose(session, sms=sms, news=news, now=now)
    if sms.cost_micros is None and sms.status != "sending":
        await _note_cost(session, sms=sms, news=news, now=now)
    log.info(
        "told of an sms",
        notification_id=str(news.notification_id),
        delivery_status=news.status,
        step=step.value,
        before=sms.status,
    )
    return step


async def _lose(session: AsyncSession, *, sms: _Sms, news: News, now: datetime) -> None:
    """It did not arrive: failed, with a dead letter that says why."""
    values = {"failure_type": news.failure_type, "by": BY, "words": news.words[:MAX_WORDS]}
    await session.execute(LOSE, {**_names(news), **values, "provider": news.provider})
    await bury(session, messages=[(news.salon_id, news.notification_id)])
    await note_bounce(
        session,
        salon_id=news.salon_id,
        notification_id=news.notification_id,
        channel="sms",
        recipient=sms.recipient,
        category=news.failure_type,
        words=news.words,
        later=True,
        now=now,
    )


async def _note_cost(session: AsyncSession, *, sms: _Sms, news: News, now: datetime) -> None:
    """The cost of a message whose acceptance, and so its price, we never read: the segments that
    its budget counted, by the provider's price or ours.
    """
    settings = load(SmsSettings)
    priced = news.segment_micros is not None and news.currency is not None
    each = news.segment_micros if news.segment_micros is not None else settings.sms_segment_micros
    await note_cost(
        session,
        salon_id=news.salon_id,
        notification_id=news.notification_id,
        micros=each * max(sms.budget_units, 1),
        currency=news.currency if priced and news.currency else settings.sms_currency,
        now=now,
    )


def _names(news: News) -> dict[str, UUID]:
    return {"salon_id": news.salon_id, "id": news.notification_id}


def _noted(news: News, *, now: datetime) -> dict[str, object]:
    return {
        "status": news.status,
        "reference": news.reference,
        "delivered_at": now if news.status == DELIVERED else None,
    }


FIND = text("""
    SELECT status, recipient, delivery_status, provider_reference, cost_micros, budget_units,
        handed_over_at IS NOT NULL AS handed_over
    FROM notifications
    WHERE salon_id = :salon_id AND id = :id AND channel = 'sms'
    FOR UPDATE
""")

NOTE = text("""
    UPDATE notifications
    SET delivery_status = CAST(:status AS text), provider_reference = CAST(:reference AS text),
        delivered_at = CAST(:delivered_at AS timestamptz)
    WHERE salon_id = :salon_id AND id = :id
""")

# It waits for another try, or was given up, although the provider has taken it. A worker that
# has it and did not hand it over yet loses its lease.
TAKE = text("""
    WITH taken AS (
        UPDATE notifications
        SET status = 'sent', sent_at = coalesce(sent_at, now()), finished_at = now(),
            failure_type = NULL, error_message = NULL, waits_for = NULL, lost_leases = 0,
            reconcile_at = NULL, lease_token = NULL, lease_until = NULL,
            lease_count = lease_count + 1
        WHERE salon_id = :salon_id AND id = :id AND status IN ('pending', 'failed', 'sending')
        RETURNING salon_id, id, lease_count, provider
    ), noted AS (
        INSERT INTO notification_attempts
            (salon_id, id, notification_id, number, worker, provider, outcome, error_message,
             finished_at)
        SELECT salon_id, gen_random_uuid(), id, lease_count, CAST(:by AS text), provider,
            'found', CAST(:words AS text), now()
        FROM taken
    )
    UPDATE dead_letter_queue AS letter SET status = 'closed'
    FROM taken WHERE letter.salon_id = taken.salon_id AND letter.notification_id = taken.id
""")

LOSE = text("""
    WITH lost AS (
        UPDATE notifications
        SET status = 'failed', finished_at = now(), failure_type = CAST(:failure_type AS text),
            error_message = CAST(:words AS text), lease_count = lease_count + 1
        WHERE salon_id = :salon_id AND id = :id AND status = 'sent'
        RETURNING salon_id, id, lease_count
    )
    INSERT INTO notification_attempts
        (salon_id, id, notification_id, number, worker, provider, outcome, failure_type,
         error_message, finished_at)
    SELECT salon_id, gen_random_uuid(), id, lease_count, CAST(:by AS text),
        CAST(:provider AS text), 'permanent', CAST(:failure_type AS text), CAST(:words AS text),
        now()
    FROM lost
""")
