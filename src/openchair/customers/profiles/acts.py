"""What somebody did about a client, for the audit log. Called by every verb about clients."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record

CUSTOMER = "customer"


async def record_act(
    session: AsyncSession,
    *,
    salon_id: UUID,
    client_id: UUID,
    action: str,
    by: Actor,
    said: Mapping[str, Any],
) -> None:
    """Write it down beside the client's id; a change says `before` and `after`."""
    await record(
        session,
        actor=by,
        action=action,
        resource_type=CUSTOMER,
        resource_id=client_id,
        salon_id=salon_id,
        metadata=said,
    )
