"""How roles in a salon changed, and taking the last change of a person back. Called by the page of
the team.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from openchair.identity.accounts.models import ProfileRow, RoleChangeRow
from openchair.identity.accounts.roles import grant_role
from openchair.identity.audit.record import Actor
from openchair.identity.team.leave import leave_salon
from openchair.platform.errors import Conflict, NotFound

HISTORY_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """One change; no old role is a beginning, no new one an end. Names are None for accounts that
    are gone, and `by` for the system.
    """

    id: UUID
    user_id: UUID
    name: str | None
    old_role: str | None
    new_role: str | None
    by: str | None
    at: datetime


async def list_role_changes(
    session: AsyncSession,
    *,
    salon_id: UUID,
    user_id: UUID | None = None,
    before: UUID | None = None,
    limit: int = HISTORY_LIMIT,
) -> list[RoleChange]:
    """Of the salon or of one person, the last first; at most a hundred, from before `before`."""
    statement = (
        _changes(salon_id).order_by(RoleChangeRow.id.desc()).limit(min(limit, HISTORY_LIMIT))
    )
    if user_id is not None:
        statement = statement.where(RoleChangeRow.user_id == user_id)
    if before is not None:
        statement = statement.where(RoleChangeRow.id < before)
    rows = await session.execute(statement)
    return [RoleChange(**row) for row in rows.mappings()]


async def get_role_change(session: AsyncSession, *, salon_id: UUID, change_id: UUID) -> RoleChange:
    """One change in this salon. Raises `NotFound` (`role_change_not_found`)."""
    statement = _changes(salon_id).where(RoleChangeRow.id == change_id)
    found = (await session.execute(statement)).mappings().one_or_none()
    if found is None:
        raise NotFound("There is no such change of a role.", code="role_change_not_found")
    return RoleChange(**found)


async def undo_role_change(
    session: AsyncSession,
    *,
    salon_id: UUID,
    user_id: UUID,
    change_id: UUID,
    staff_id: UUID | None,
    by: Actor,
) -> None:
    """Give somebody the role back that they had before `change_id`, and the stylist they were.

    Raises `Conflict` when their role was changed again since, or for the last owner.
    """
    changes = await list_role_changes(session, salon_id=salon_id, user_id=user_id, limit=1)
    if not changes or changes[0].id != change_id:
        raise Conflict(
            "This role was changed again in the meantime. Please look at it once more.",
            code="role_changed_again",
        )
    old = changes[0].old_role
    if old is None:
        await leave_salon(session, salon_id=salon_id, user_id=user_id, by=by)
    else:
        await grant_role(
            session, salon_id=salon_id, user_id=user_id, role=old, staff_id=staff_id, by=by
        )


def _changes(salon_id: UUID) -> Select[*tuple[object, ...]]:
    person, author = aliased(ProfileRow), aliased(ProfileRow)
    return (
        select(
            RoleChangeRow.id,
            RoleChangeRow.user_id,
            person.name,
            RoleChangeRow.old_role,
            RoleChangeRow.new_role,
            author.name.label("by"),
            RoleChangeRow.created_at.label("at"),
        )
        .outerjoin(person, person.id == RoleChangeRow.user_id)
        .outerjoin(author, author.id == RoleChangeRow.changed_by)
        .where(RoleChangeRow.salon_id == salon_id)
    )
