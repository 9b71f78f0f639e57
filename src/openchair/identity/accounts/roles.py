"""Gives and takes roles. Each change leaves a row in `role_changes` and one in `audit_logs`."""

from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.models import MembershipRow, RoleChangeRow
from openchair.identity.accounts.permissions import ROLES
from openchair.identity.audit.record import Actor, record
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.ids import new_id


async def grant_role(
    session: AsyncSession,
    *,
    salon_id: UUID,
    user_id: UUID,
    role: str,
    by: Actor,
    staff_id: UUID | None = None,
) -> None:
    """Make somebody `role` in a salon, whatever they were there before; `staff_id` ties the
    log-in to a stylist.

    Raises `Invalid` (field `role`), `Conflict` (`last_owner`).
    """
    if role not in ROLES:
        raise Invalid(f"The roles are {', '.join(ROLES)}.", field="role", code="role_not_known")
    old = await _role_for_change(session, salon_id=salon_id, user_id=user_id, new_role=role)
    values = {"salon_id": salon_id, "user_id": user_id, "role": role, "staff_id": staff_id}
    await session.execute(
        upsert(MembershipRow)
        .values(values)
        .on_conflict_do_update(
            index_elements=["salon_id", "user_id"], set_={"role": role, "staff_id": staff_id}
        )
    )
    if old != role:
        await _remember(session, salon_id=salon_id, user_id=user_id, old=old, new=role, by=by)


async def remove_role(session: AsyncSession, *, salon_id: UUID, user_id: UUID, by: Actor) -> None:
    """Take somebody's role in a salon away; what they did there stays in the log.

    Raises `NotFound` (`not_a_member`), `Conflict` (`last_owner`).
    """
    old = await _role_for_change(session, salon_id=salon_id, user_id=user_id, new_role=None)
    if old is None:
        raise NotFound("This person has no role in this salon.", code="not_a_member")
    await session.execute(
        delete(MembershipRow).where(
            MembershipRow.salon_id == salon_id, MembershipRow.user_id == user_id
        )
    )
    await _remember(session, salon_id=salon_id, user_id=user_id, old=old, new=None, by=by)


async def _role_for_change(
    session: AsyncSession, *, salon_id: UUID, user_id: UUID, new_role: str | None
) -> str | None:
    """The present role, with the salon's owners locked so that two owners who demote each other
    at once cannot leave the salon without one.
    """
    owners = await session.scalars(
        select(MembershipRow.user_id)
        .where(MembershipRow.salon_id == salon_id, MembershipRow.role == "owner")
        .order_by(MembershipRow.user_id)
        .with_for_update()
    )
    if list(owners) == [user_id] and new_role != "owner":
        raise Conflict(
            "This is the salon's only owner. Please make somebody else owner first.",
            code="last_owner",
        )
    return await session.scalar(
        select(MembershipRow.role)
        .where(MembershipRow.salon_id == salon_id, MembershipRow.user_id == user_id)
        .with_for_update()
    )


async def _remember(
    session: AsyncSession,
    *,
    salon_id: UUID,
    user_id: UUID,
    old: str | None,
    new: str | None,
    by: Actor,
) -> None:
    await session.execute(
        insert(RoleChangeRow).values(
            id=new_id(),
            salon_id=salon_id,
            user_id=user_id,
            old_role=old,
            new_role=new,
            changed_by=by.user_id,
        )
    )
    await record(
        session,
        actor=by,
        action="role.change",
        resource_type="profile",
        resource_id=user_id,
        salon_id=salon_id,
        metadata={"before": {"role": old}, "after": {"role": new}},
    )
