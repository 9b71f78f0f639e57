"""Finds one act by its id, for whoever takes it back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.models import AuditLogRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAct:
    """What was done to what; `metadata` says before and after."""

    action: str
    resource_type: str
    resource_id: str
    metadata: dict[str, Any]


async def find_act(session: AsyncSession, *, salon_id: UUID, act_id: UUID) -> FoundAct | None:
    """The act of this salon, if there is one."""
    row = await session.scalar(
        select(AuditLogRow).where(AuditLogRow.salon_id == salon_id, AuditLogRow.id == act_id)
    )
    if row is None:
        return None
    return FoundAct(
        action=row.action,
        resource_type=row.resource_type,
        resource_id=row.resource_id,
        metadata=row.details,
    )
