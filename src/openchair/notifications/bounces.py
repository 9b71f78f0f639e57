"""What mail servers tell later: delivered, bounced, marked as spam. Handles the webhooks of source
`email`; each event names a message by its Message-ID, which is stable (docs/budgets.md).

Called by the webhooks' loop, more than once for the same event and in any order.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.dead_letters.bury import bury
from openchair.notifications.settle import settle_arrived
from openchair.notifications.suppressions.suppress import note_bounce
from openchair.platform.errors import Unavailable
from openchair.platform.logging.setup import logger
from openchair.webhooks.handlers import Ignored, WebhookEventView, register

SOURCE = "email"
BY = "callback"
HARD, SOFT, CONTENT = "hard_bounce", "soft_bounce", "content_rejected"
COMPLAINT = "complaint"
STATUS_OF = {
    "email.delayed": "delayed",
    "email.delivered": "delivered",
    "email.bounced": "bounced",
    "email.complained": "complained",
}
FORWARD = ("delayed", "delivered", "bounced", "complained")
MAX_WORDS = 500
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What an event says of which mail."""

    message_id: str
    status: str
    category: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mail:
    salon_id: UUID
    id: UUID
    status: str
    recipient: str
    delivery_status: str | None


def register_bounces() -> None:
    """Let this module handle what the mail provider tells; called by `reactions.start`."""
    register(SOURCE, handle_mail_event)


async def handle_mail_event(session: AsyncSession, event: WebhookEventView) -> Ignored | None:
    """Take over what is news; see `_take_over`. A mail of nobody's is ignored.

    Raises `Unavailable` while a worker is about to write what came of the mail: tried again soon.
    """
    told = _read(event)
    if isinstance(told, Ignored):
        return told
    found = (await session.execute(FIND, {"message_id": told.message_id})).mappings().one_or_none()
    if found is None:
        return Ignored("no mail of ours has this Message-ID")
    mail = _Mail(**found)
    if mail.status == "sending":
        raise Unavailable("a worker is still writing what came of this mail")
    if not _is_news(mail.delivery_status, told.status):
        return Ignored(f"the mail is {mail.delivery_status} already")
    await _take_over(session, mail, told)
    return None


async def _take_over(session: AsyncSession, mail: _Mail, told: _Told) -> None:
    """Whatever is told of a mail proves that its server had taken it: a doubt ends, and one that
    was about to be sent again is not. Then the news is written, and what it leads to.
    """
    await settle_arrived(
        session, salon_id=mail.salon_id, notification_id=mail.id, by=BY, words=told.words
    )
    names = {"salon_id": mail.salon_id, "id": mail.id}
    await session.execute(TAKEN_AFTER_ALL, {**names, "by": BY, "words": told.words})
    await session.execute(NEWS, {**names, "status": told.status, "at": told.at})
    if told.status == "bounced":
        await _give_up(session, mail, told)
    if told.category:
        await note_bounce(
            session,
            salon_id=mail.salon_id,
            notification_id=mail.id,
            channel="email",
            recipient=mail.recipient,
            category=told.category,
            words=told.words,
            later=True,
            now=told.at,
        )
    log.info(
        "told of a mail",
        notification_id=str(mail.id),
        delivery_status=told.status,
        category=told.category or None,
    )


async def _give_up(session: AsyncSession, mail: _Mail, told: _Told) -> None:
    """It came back: failed, with a dead letter."""
    await session.execute(
        FAILED,
        {
            "salon_id": mail.salon_id,
            "id": mail.id,
            "category": told.category,
            "words": told.words,
        },
    )
    await bury(session, messages=[(mail.salon_id, mail.id)])


def _read(event: WebhookEventView) -> _Told | Ignored:
    data = event.payload.get("data")
    status = STATUS_OF.get(event.event_type)
    if status is None:
        return Ignored(f"{event.event_type} means nothing to us")
    message_id = data.get("message_id") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(message_id, str) or not message_id.strip("<> "):
        return Ignored("it names no Message-ID")
    bounce = data.get("bounce")
    bounce = bounce if isinstance(bounce, dict) else {}
    if status == "bounced" and str(bounce.get("type", "permanent")).lower() != "permanent":
        status = "delayed"  # its server keeps trying
    words = _words(bounce, event.event_type)
    category = {"bounced": category_of(bounce), "complained": COMPLAINT}.get(status, "")
    return _Told(
        message_id=f"<{message_id.strip().strip('<>')}>",
        status=status,
        category=category,
        words=words,
        at=_moment(data.get("occurred_at"), otherwise=event.created_at),
    )


def category_of(bounce: Mapping[str, Any]) -> str:
    """Which failure a permanent bounce is, by its enhanced status code (RFC 3463, 3).

    Subject 1 is the address, 2 the mailbox (2.1: disabled, else full or the like), 3 the other
    system (3.4: message too big), 4 the way there, 6 the content, 7 security and policy. Without a
    code: the address.
    """
    found = _ENHANCED.search(f"{bounce.get('status', '')} {bounce.get('message', '')}")
    if found is None:
        return HARD
    subject, detail = int(found[2]), int(found[3])
    if subject in {6, 7} or (subject, detail) == (3, 4):
        return CONTENT
    if subject in {2, 3, 5} and (subject, detail) != (2, 1):
        return SOFT
    return HARD


def _is_news(known: str | None, told: str) -> bool:
    """Forward only: what was delivered is not delayed any more, whatever comes late."""
    return known not in FORWARD or FORWARD.index(told) > FORWARD.index(known)


def _words(bounce: Mapping[str, Any], event_type: str) -> str:
    parts = (str(bounce.get(name) or "") for name in ("status", "message"))
    return (" ".join(filter(None, parts)) or f"told by the mail provider: {event_type}")[:MAX_WORDS]


def _moment(given: object, *, otherwise: datetime) -> datetime:
    """When it happened, as the provider says; never later than when we heard of it."""
    if isinstance(given, str):
        try:
            moment = datetime.fromisoformat(given)
        except ValueError:
            return otherwise
        if moment.tzinfo is not None and moment <= otherwise:
            return moment
    return otherwise


FIND = text("""
    SELECT salon_id, id, status, recipient, delivery_status FROM notifications
    WHERE message_id = :message_id AND channel = 'email'
    ORDER BY created_at DESC LIMIT 1
    FOR UPDATE
""")

# A mail that waits for another try although its server had taken it: found, like a doubtful one.
TAKEN_AFTER_ALL = text("""
    WITH settled AS (
        UPDATE notifications
        SET status = 'sent', sent_at = now(), finished_at = now(), failure_type = NULL,
            error_message = NULL, waits_for = NULL, lost_leases = 0, was_doubtful = true,
            lease_count = lease_count + 1
        WHERE salon_id = :salon_id AND id = :id AND status = 'pending' AND lease_count > 0
        RETURNING salon_id, id, lease_count, provider
    )
    INSERT INTO notification_attempts
        (salon_id, id, notification_id, number, worker, provider, outcome, error_message,
         finished_at)
    SELECT salon_id, gen_random_uuid(), id, lease_count, CAST(:by AS text), provider, 'found',
        CAST(:words AS text), now()
    FROM settled
""")

NEWS = text("""
    UPDATE notifications
    SET delivery_status = CAST(:status AS text),
        delivered_at = CASE WHEN CAST(:status AS text) = 'delivered'
            THEN CAST(:at AS timestamptz) ELSE delivered_at END
    WHERE salon_id = :salon_id AND id = :id
""")

FAILED = text("""
    UPDATE notifications
    SET status = 'failed', finished_at = now(), failure_type = CAST(:category AS text),
        error_message = CAST(:words AS text), delivered_at = NULL
    WHERE salon_id = :salon_id AND id = :id AND status = 'sent'
""")
