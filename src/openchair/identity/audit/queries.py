"""Reads of the audit log. Called by pages that show who did what, and by `explain`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.models import AuditLogRow

HISTORY_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Act:
    """One act: `actor` is "client", "user" or "system"; `metadata` says before and after."""

    actor: str
    user_id: UUID | None
    action: str
    metadata: dict[str, Any]
    at: datetime
    correlation_id: str | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NamedAct:
    """An act with what it was done to, for whoever reads acts of many things."""

    actor: str
    user_id: UUID | None
    action: str
    resource_type: str
    resource_id: str
    at: datetime


async def acts_under(session: AsyncSession, *, correlation_id: str) -> list[NamedAct]:
    """What was done under one correlation id, the first first; at most a hundred acts."""
    rows = await session.execute(
        select(
            AuditLogRow.actor,
            AuditLogRow.user_id,
            AuditLogRow.action,
            AuditLogRow.resource_type,
            AuditLogRow.resource_id,
            AuditLogRow.created_at,
        )
        .where(AuditLogRow.correlation_id == correlation_id)
        .order_by(AuditLogRow.created_at, AuditLogRow.id)
        .limit(HISTORY_LIMIT)
    )
    return [NamedAct(*row) for row in rows]


async def list_acts(
    session: AsyncSession,
    *,
    salon_id: UUID,
    resource_type: str,
    resource_id: UUID,
    limit: int = HISTORY_LIMIT,
) -> list[Act]:
    """What happened to one thing of one salon, the last first; at most a hundred acts."""
    rows = await session.execute(
        select(
            AuditLogRow.actor,
            AuditLogRow.user_id,
            AuditLogRow.action,
            AuditLogRow.details,
            AuditLogRow.created_at,
            AuditLogRow.correlation_id,
            AuditLogRow.id,
        )
        .where(
            AuditLogRow.resource_type == resource_type,
            AuditLogRow.resource_id == str(resource_id),
            AuditLogRow.salon_id == salon_id,
        )
        .order_by(AuditLogRow.created_at.desc(), AuditLogRow.id.desc())
        .limit(min(limit, HISTORY_LIMIT))
    )
    return [Act(*row) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedAct:
    """An act with its own id and what it was about, for those who must take each in once."""

    id: UUID
    actor: str
    action: str
    resource_type: str
    resource_id: str
    at: datetime


async def acts_since(
    session: AsyncSession, *, resource_types: Collection[str], since: datetime, limit: int
) -> list[NumberedAct]:
    """What was done to things of these kinds since then, the first first; at most `limit` acts."""
    rows = await session.execute(
        select(
            AuditLogRow.id,
            AuditLogRow.actor,
            AuditLogRow.action,
            AuditLogRow.resource_type,
            AuditLogRow.resource_id,
            AuditLogRow.created_at.label("at"),
        )
        .where(AuditLogRow.created_at >= since, AuditLogRow.resource_type.in_(list(resource_types)))
        .order_by(AuditLogRow.created_at, AuditLogRow.id)
        .limit(limit)
    )
    return [NumberedAct(**row) for row in rows.mappings()]
