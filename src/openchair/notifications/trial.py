"""A mail that proves the way of all mails: queued, sent by a worker, accepted by the server.

Put by `openchair test email delivery`, which then looks how far it has come.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.outbox import NewMessage, put_all
from openchair.notifications.rendering import Message, Rendered, register
from openchair.platform.breakers.breaker import list_breakers
from openchair.platform.ids import new_id
from openchair.platform.workers.queries import is_worker_alive

TRIAL = "trial.mail"
USE_BY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the mail has come, whether a worker lives that could send it, and which providers
    are left alone since they failed too often.
    """

    status: str
    message_id: str
    provider: str | None
    tries: int
    words: str | None
    next_attempt_at: datetime
    alive: bool
    left_alone: frozenset[str]


def register_trial() -> None:
    """Let the post office write this kind of mail; called by `reactions.start`."""
    register(TRIAL, render_trial)


async def put_trial(
    session: AsyncSession, *, salon_id: UUID, salon_name: str, recipient: str, now: datetime
) -> UUID:
    """Queue one, which is of no use after an hour. Raises `Invalid` for what is no address."""
    key = new_id()
    message = NewMessage(
        salon_id=salon_id,
        kind=TRIAL,
        channel="email",
        recipient=recipient,
        language="en",
        data={"salon": salon_name, "queued_at": now.isoformat()},
        reference=f"trial:{key}",
        dedupe_key=f"trial:{key}",
        expires_at=now + USE_BY,
        priority=1,
    )
    return (await put_all(session, messages=[message]))[0]


async def trial_progress(session: AsyncSession, *, salon_id: UUID, message_id: UUID) -> Progress:
    """How far it has come."""
    row = (
        (await session.execute(PROGRESS, {"salon_id": salon_id, "id": message_id})).mappings().one()
    )
    left_alone = frozenset(
        each.provider for each in await list_breakers(session) if each.state == "open"
    )
    return Progress(**row, alive=await is_worker_alive(session), left_alone=left_alone)


async def render_trial(_session: AsyncSession, message: Message, now: datetime) -> Rendered:
    """A few lines for whoever runs the installation."""
    words = (
        f"This mail was queued at {message.data['queued_at']} for {message.data['salon']} and left"
        f" at {now.isoformat()}. If you read it, mail works: queue, worker and mail server.\n"
    )
    return Rendered(
        subject="OpenChair: mail works",
        text=words,
        html="",
        sender_name=str(message.data["salon"]),
        reply_to=None,
    )


PROGRESS = text("""
    SELECT status, message_id, provider, lease_count AS tries, error_message AS words,
        next_attempt_at
    FROM notifications WHERE salon_id = :salon_id AND id = :id
""")
