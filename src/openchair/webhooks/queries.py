"""Reads of stored webhooks. Called by the commands."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.errors import Invalid, NotFound
from openchair.webhooks import models
from openchair.webhooks.models import WebhookEvent

STATES = models.STATES
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWebhook:
    """One stored event with all that is known of it."""

    id: UUID
    source: str
    provider_event_id: str
    event_type: str
    payload: dict[str, Any]
    status: str
    error_message: str | None
    retry_count: int
    duplicates: int
    next_attempt_at: datetime | None
    lease_until: datetime | None
    correlation_id: str | None
    processed_at: datetime | None
    created_at: datetime


COLUMNS = tuple(getattr(WebhookEvent, name) for name in StoredWebhook.__dataclass_fields__)


async def list_webhooks(
    session: AsyncSession,
    *,
    status: str | None = None,
    source: str | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[StoredWebhook]:
    """The newest first, at most two hundred; `before` is the last id of the page before.

    Raises `Invalid` for a status that does not exist, `NotFound` for an unknown `before`.
    """
    if status is not None and status not in STATES:
        raise Invalid(f"The states are {', '.join(STATES)}.", field="status")
    wanted = select(*COLUMNS).order_by(WebhookEvent.created_at.desc(), WebhookEvent.id.desc())
    if status is not None:
        wanted = wanted.where(WebhookEvent.status == status)
    if source is not None:
        wanted = wanted.where(WebhookEvent.source == source)
    if before is not None:
        last = await get_webhook(session, name=str(before))
        wanted = wanted.where(
            tuple_(WebhookEvent.created_at, WebhookEvent.id) < (last.created_at, last.id)
        )
    rows = await session.execute(wanted.limit(min(limit, MOST)))
    return [StoredWebhook(**row) for row in rows.mappings()]


async def webhooks_under(session: AsyncSession, *, correlation_id: str) -> list[StoredWebhook]:
    """Those that came in under one correlation id, the first first; at most two hundred."""
    rows = await session.execute(
        select(*COLUMNS)
        .where(WebhookEvent.correlation_id == correlation_id)
        .order_by(WebhookEvent.created_at, WebhookEvent.id)
        .limit(MOST)
    )
    return [StoredWebhook(**row) for row in rows.mappings()]


async def get_webhook(session: AsyncSession, *, name: str) -> StoredWebhook:
    """By our id or the service's own; of two with that id the newer. Raises `NotFound`."""
    named = [WebhookEvent.provider_event_id == name]
    with suppress(ValueError):
        named.append(WebhookEvent.id == UUID(name))
    rows = await session.execute(
        select(*COLUMNS).where(or_(*named)).order_by(WebhookEvent.created_at.desc()).limit(1)
    )
    row = rows.mappings().one_or_none()
    if row is None:
        raise NotFound("We have no webhook with this id.", code="webhook_not_found")
    return StoredWebhook(**row)
