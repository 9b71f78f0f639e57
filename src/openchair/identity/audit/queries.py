"""Reads of the audit log. Called by pages that show who did what."""

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
