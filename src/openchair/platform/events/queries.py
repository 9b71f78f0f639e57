"""Reads of what happened. Called by `explain` and by whoever watches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.events.models import EventRow

EVENT_LIMIT = 500


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it was announced."""

    name: str
    payload: dict[str, Any]
    at: datetime
    correlation_id: str | None


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """An event with its id, for whoever reads them in order."""

    id: UUID
    name: str
    salon_id: UUID | None
    subject_id: UUID | None
    payload: dict[str, Any]
    at: datetime
    correlation_id: str | None


async def events_after(
    session: AsyncSession, *, after: UUID, names: Sequence[str], limit: int
) -> list[NumberedEvent]:
    """The next events of these names whose id is greater, by id; at most `limit`."""
    rows = await session.execute(
        select(
            EventRow.id,
            EventRow.name,
            EventRow.salon_id,
            EventRow.subject_id,
            EventRow.payload,
            EventRow.created_at,
            EventRow.correlation_id,
        )
        .where(EventRow.id > after, EventRow.name.in_(names))
        .order_by(EventRow.id)
        .limit(limit)
    )
    return [NumberedEvent(*row) for row in rows]


async def events_about(session: AsyncSession, *, subject_id: UUID) -> list[RecordedEvent]:
    """Every event about one subject, the first first; at most five hundred."""
    rows = await session.execute(
        select(EventRow.name, EventRow.payload, EventRow.created_at, EventRow.correlation_id)
        .where(EventRow.subject_id == subject_id)
        .order_by(EventRow.created_at, EventRow.id)
        .limit(EVENT_LIMIT)
    )
    return [RecordedEvent(*row) for row in rows]


async def events_under(session: AsyncSession, *, correlation_id: str) -> list[NumberedEvent]:
    """Every event under one correlation id, the first first; at most five hundred."""
    rows = await session.execute(
        select(
            EventRow.id,
            EventRow.name,
            EventRow.salon_id,
            EventRow.subject_id,
            EventRow.payload,
            EventRow.created_at,
            EventRow.correlation_id,
        )
        .where(EventRow.correlation_id == correlation_id)
        .order_by(EventRow.created_at, EventRow.id)
        .limit(EVENT_LIMIT)
    )
    return [NumberedEvent(*row) for row in rows]


async def get_event(session: AsyncSession, *, event_id: UUID) -> RecordedEvent | None:
    """The event that a job was woken by; None when it is no longer kept."""
    rows = await session.execute(
        select(EventRow.name, EventRow.payload, EventRow.created_at, EventRow.correlation_id).where(
            EventRow.id == event_id
        )
    )
    row = rows.one_or_none()
    return RecordedEvent(*row) if row else None
