"""Makes somebody an operator of the installation, or ends that. Called by the command line."""

from typing import Literal
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.identity.operators.models import OperatorRow
from openchair.platform.errors import NotFound

OperatorRole = Literal["operator", "owner"]


async def grant(
    session: AsyncSession, *, user_id: UUID, role: OperatorRole, by: Actor, granted_by: str
) -> None:
    """`operator` sees and does everything, `owner` plain sentences and one safe button. Somebody
    who has the other role gets this one. `granted_by` is how the list names who did it.
    """
    await session.execute(
        insert(OperatorRow)
        .values(user_id=user_id, role=role, granted_by=granted_by)
        .on_conflict_do_update(
            index_elements=["user_id"], set_={"role": role, "granted_by": granted_by}
        )
    )
    await _note(session, "operator.grant", user_id=user_id, by=by, role=role)


async def revoke(session: AsyncSession, *, user_id: UUID, by: Actor) -> None:
    """Raises `NotFound` (`operator_not_found`). Their open pages are closed by the next request."""
    role = await session.scalar(
        delete(OperatorRow).where(OperatorRow.user_id == user_id).returning(OperatorRow.role)
    )
    if role is None:
        raise NotFound("This person is no operator.", code="operator_not_found")
    await _note(session, "operator.revoke", user_id=user_id, by=by, role=role)


async def _note(session: AsyncSession, action: str, *, user_id: UUID, by: Actor, role: str) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="profile",
        resource_id=user_id,
        salon_id=None,
        metadata={"role": role},
    )
