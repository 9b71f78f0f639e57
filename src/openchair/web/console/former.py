"""What something was before its last change, so that a page can offer to put it back."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.queries import list_acts
from openchair.web.console.door import Desk


async def former_state(
    session: AsyncSession, desk: Desk, *, resource_type: str, resource_id: UUID
) -> Any:
    """`before` of the last change, if this very person made it; else None."""
    change = await last_change(session, desk, resource_type=resource_type, resource_id=resource_id)
    return change.get("before") if change else None


async def last_change(
    session: AsyncSession, desk: Desk, *, resource_type: str, resource_id: UUID
) -> dict[str, Any] | None:
    """`before` and `after` of the last change, if this very person made it; else None."""
    acts = await list_acts(
        session,
        salon_id=desk.salon.id,
        resource_type=resource_type,
        resource_id=resource_id,
        limit=1,
    )
    if not acts or acts[0].user_id != desk.person.session.user_id:
        return None
    return acts[0].metadata
