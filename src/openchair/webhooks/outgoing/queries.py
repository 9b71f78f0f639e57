"""Reads of endpoints, their messages and every try. Called by doors and by this room's verbs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.errors import NotFound
from openchair.webhooks.outgoing.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from openchair.webhooks.outgoing.rules import MOST_ENDPOINTS

MOST = 200
MOST_ATTEMPTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a salon is told. Until `previous_until` two secrets sign."""

    salon_id: UUID
    id: UUID
    url: str
    description: str
    event_types: tuple[str, ...]
    enabled: bool
    disabled_at: datetime | None
    disabled_reason: str | None
    failing_since: datetime | None
    previous_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """One event on its way to one endpoint."""

    salon_id: UUID
    id: UUID
    endpoint_id: UUID
    event_id: str
    event_type: str
    payload: dict[str, Any]
    status: str
    attempt_count: int
    next_attempt_at: datetime
    last_error: str | None
    correlation_id: str | None
    finished_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try: what was answered (its first 500 characters), or what went wrong instead."""

    number: int
    status_code: int | None
    answer: str | None
    error: str | None
    duration_ms: int
    started_at: datetime


ENDPOINT = tuple(getattr(WebhookEndpoint, name) for name in Endpoint.__dataclass_fields__)
MESSAGE = tuple(getattr(WebhookMessage, name) for name in OutgoingMessage.__dataclass_fields__)
ATTEMPT = tuple(getattr(WebhookAttempt, name) for name in Attempt.__dataclass_fields__)


async def list_endpoints(session: AsyncSession, *, salon_id: UUID) -> list[Endpoint]:
    """All of a salon, the oldest first; there are never more than twenty."""
    rows = await session.execute(
        select(*ENDPOINT)
        .where(WebhookEndpoint.salon_id == salon_id)
        .order_by(WebhookEndpoint.created_at, WebhookEndpoint.id)
        .limit(MOST_ENDPOINTS)
    )
    return [_endpoint(row) for row in rows.mappings()]


async def get_endpoint(
    session: AsyncSession, *, endpoint_id: UUID, salon_id: UUID | None = None
) -> Endpoint:
    """One endpoint, of this salon if one is named. Raises `NotFound`."""
    wanted = select(*ENDPOINT).where(WebhookEndpoint.id == endpoint_id)
    if salon_id is not None:
        wanted = wanted.where(WebhookEndpoint.salon_id == salon_id)
    row = (await session.execute(wanted.limit(1))).mappings().one_or_none()
    if row is None:
        raise _no_endpoint()
    return _endpoint(row)


async def lock_endpoint(
    session: AsyncSession, *, salon_id: UUID, endpoint_id: UUID
) -> WebhookEndpoint:
    """The row, for a verb of this room that changes it. Raises `NotFound`."""
    row = await session.get(
        WebhookEndpoint, (salon_id, endpoint_id), with_for_update=True, populate_existing=True
    )
    if row is None:
        raise _no_endpoint()
    return row


async def list_messages(
    session: AsyncSession,
    *,
    salon_id: UUID,
    endpoint_id: UUID,
    before: UUID | None = None,
    limit: int = 50,
) -> list[OutgoingMessage]:
    """The newest first, at most two hundred; `before` is the last id of the page before."""
    wanted = select(*MESSAGE).where(
        WebhookMessage.salon_id == salon_id, WebhookMessage.endpoint_id == endpoint_id
    )
    if before is not None:
        last = await get_message(session, message_id=before, salon_id=salon_id)
        wanted = wanted.where(
            tuple_(WebhookMessage.created_at, WebhookMessage.id) < (last.created_at, last.id)
        )
    rows = await session.execute(
        wanted.order_by(WebhookMessage.created_at.desc(), WebhookMessage.id.desc()).limit(
            min(limit, MOST)
        )
    )
    return [OutgoingMessage(**row) for row in rows.mappings()]


async def list_failed(
    session: AsyncSession, *, before: UUID | None = None, limit: int = 50
) -> list[OutgoingMessage]:
    """What was given up, of all salons, the newest first, at most two hundred; `before` is the last
    id of the page before.
    """
    wanted = select(*MESSAGE).where(WebhookMessage.status == "failed")
    if before is not None:
        last = await get_message(session, message_id=before)
        wanted = wanted.where(
            tuple_(WebhookMessage.created_at, WebhookMessage.id) < (last.created_at, last.id)
        )
    newest_first = wanted.order_by(WebhookMessage.created_at.desc(), WebhookMessage.id.desc())
    rows = await session.execute(newest_first.limit(min(limit, MOST)))
    return [OutgoingMessage(**row) for row in rows.mappings()]


async def get_message(
    session: AsyncSession, *, message_id: UUID, salon_id: UUID | None = None
) -> OutgoingMessage:
    """One message, of this salon if one is named. Raises `NotFound`."""
    wanted = select(*MESSAGE).where(WebhookMessage.id == message_id)
    if salon_id is not None:
        wanted = wanted.where(WebhookMessage.salon_id == salon_id)
    row = (await session.execute(wanted.limit(1))).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such message.", code="webhook_message_not_found")
    return OutgoingMessage(**row)


async def list_attempts(
    session: AsyncSession, *, salon_id: UUID, message_id: UUID
) -> list[Attempt]:
    """Every try of one message, the first first; the last hundred."""
    rows = await session.execute(
        select(*ATTEMPT)
        .where(WebhookAttempt.salon_id == salon_id, WebhookAttempt.message_id == message_id)
        .order_by(WebhookAttempt.started_at.desc(), WebhookAttempt.number.desc())
        .limit(MOST_ATTEMPTS)
    )
    return [Attempt(**row) for row in rows.mappings()][::-1]


async def is_wanted(session: AsyncSession, *, salon_id: UUID, event_type: str) -> bool:
    """Whether any endpoint of the salon is told of this kind of event."""
    found = await session.scalar(WANTED, {"salon_id": salon_id, "event_type": event_type})
    return bool(found)


def _endpoint(row: Any) -> Endpoint:
    return Endpoint(**{**row, "event_types": tuple(row["event_types"])})


def _no_endpoint() -> NotFound:
    return NotFound("There is no such endpoint.", code="webhook_endpoint_not_found")


WANTED = text("""
    SELECT EXISTS (
        SELECT FROM webhook_endpoints
        WHERE salon_id = :salon_id AND enabled
            AND (event_types = '{}' OR :event_type = ANY(event_types))
    )
""")
