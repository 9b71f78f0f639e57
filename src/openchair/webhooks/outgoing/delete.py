"""Deletes an endpoint with its history. The plan is shown before; the door writes the audit log."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.webhooks.outgoing.queries import lock_endpoint


@dataclass(frozen=True, slots=True)
class DeletePlan:
    """What goes with the endpoint: all its messages, of which `waiting` are not delivered yet."""

    url: str
    messages: int
    waiting: int


async def plan_delete(session: AsyncSession, *, salon_id: UUID, endpoint_id: UUID) -> DeletePlan:
    """What `delete_endpoint` would take away. Raises `NotFound`."""
    row = await lock_endpoint(session, salon_id=salon_id, endpoint_id=endpoint_id)
    counted = (await session.execute(COUNT, {"salon_id": salon_id, "id": endpoint_id})).one()
    return DeletePlan(row.url, counted.messages, counted.waiting)


async def delete_endpoint(
    session: AsyncSession, *, salon_id: UUID, endpoint_id: UUID
) -> DeletePlan:
    """Delete it with its messages and their attempts; answers what went. Raises `NotFound`."""
    plan = await plan_delete(session, salon_id=salon_id, endpoint_id=endpoint_id)
    await session.execute(DELETE, {"salon_id": salon_id, "id": endpoint_id})
    return plan


COUNT = text("""
    SELECT count(*) AS messages,
        count(*) FILTER (WHERE status IN ('pending', 'sending')) AS waiting
    FROM webhook_messages WHERE salon_id = :salon_id AND endpoint_id = :id
""")

DELETE = text("DELETE FROM webhook_endpoints WHERE salon_id = :salon_id AND id = :id")
