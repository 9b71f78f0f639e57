"""Reads of messages with every try at sending them. Called by `explain`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.models import Attempt, QueuedMessage

MESSAGE_LIMIT = 200
ATTEMPT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Try:
    """One try; `outcome` is None while it runs."""

    number: int
    provider: str | None
    outcome: str | None
    failure_type: str | None
    error_message: str | None
    at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now."""

    id: UUID
    kind: str
    channel: str
    status: str
    recipient: str
    language: str
    error_message: str | None
    created_at: datetime
    send_after: datetime
    finished_at: datetime | None
    correlation_id: str | None
    tries: tuple[Try, ...]


async def messages_about(session: AsyncSession, *, salon_id: UUID, reference: str) -> list[Message]:
    """Every message that names this reference, the first first, at most two hundred."""
    rows = list(
        await session.scalars(
            select(QueuedMessage)
            .where(QueuedMessage.salon_id == salon_id, QueuedMessage.reference == reference)
            .order_by(QueuedMessage.created_at, QueuedMessage.id)
            .limit(MESSAGE_LIMIT)
        )
    )
    tries = await _tries(session, salon_id=salon_id, ids=[row.id for row in rows])
    return [
        Message(
            id=row.id,
            kind=row.kind,
            channel=row.channel,
            status=row.status,
            recipient=row.recipient,
            language=row.language,
            error_message=row.error_message,
            created_at=row.created_at,
            send_after=row.send_after,
            finished_at=row.finished_at,
            correlation_id=row.correlation_id,
            tries=tuple(tries.get(row.id, ())),
        )
        for row in rows
    ]


async def _tries(
    session: AsyncSession, *, salon_id: UUID, ids: list[UUID]
) -> dict[UUID, list[Try]]:
    found: dict[UUID, list[Try]] = {}
    for row in await session.scalars(
        select(Attempt)
        .where(Attempt.salon_id == salon_id, Attempt.notification_id.in_(ids))
        .order_by(Attempt.number)
        .limit(ATTEMPT_LIMIT)
    ):
        found.setdefault(row.notification_id, []).append(
            Try(
                number=row.number,
                provider=row.provider,
                outcome=row.outcome,
                failure_type=row.failure_type,
                error_message=row.error_message,
                at=row.started_at,
                finished_at=row.finished_at,
            )
        )
    return found
