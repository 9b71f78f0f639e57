"""Gives and takes roles. Each change leaves a row in `role_changes` and one in `audit_logs`."""

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.events import StylistUnlinked
from openchair.identity.accounts.models import MembershipRow, RoleChangeRow
from openchair.identity.accounts.permissions import ROLES
from openchair.identity.audit.record import Actor, record
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.events.event import emit
from openchair.platform.ids import new_id


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody is in a salon, and which stylist; neither for a stranger."""

    role: str | None = None
    staff_id: UUID | None = None


NOTHING = Held()


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
    old = await _held_for_change(session, salon_id=salon_id, user_id=user_id, new_role=role)
    values = {"salon_id": salon_id, "user_id": user_id, "role": role, "staff_id": staff_id}
    await session.execute(
        upsert(MembershipRow)
        .values(values)
        .on_conflict_do_update(
            index_elements=["salon_id", "user_id"], set_={"role": role, "staff_id": staff_id}
        )
    )
    new = Held(role, staff_id)
    if old != new:
        await _remember(session, salon_id=salon_id, user_id=user_id, old=old, new=new, by=by)


async def remove_role(session: AsyncSession, *, salon_id: UUID, user_id: UUID, by: Actor) -> None:
    """Take somebody's role in a salon away; what they did there stays in the log.

    Raises `NotFound` (`not_a_member`), `Conflict` (`last_owner`).
    """
    old = await _held_for_change(session, salon_id=salon_id, user_id=user_id, new_role=None)
    if old == NOTHING:
        raise NotFound("This person has no role in this salon.", code="not_a_member")
    await session.execute(
        delete(MembershipRow).where(
            MembershipRow.salon_id == salon_id, MembershipRow.user_id == user_id
        )
    )
    await _remember(session, salon_id=salon_id, user_id=user_id, old=old, new=NOTHING, by=by)


async def _held_for_change(
    session: AsyncSession, *, salon_id: UUID, user_id: UUID, new_role: str | None
) -> Held:
    """What they are at present, with the salon's owners locked so that two owners who demote each
    other at once cannot leave the salon without one.
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
    rows = await session.execute(
        select(MembershipRow.role, MembershipRow.staff_id)
        .where(MembershipRow.salon_id == salon_id, MembershipRow.user_id == user_id)
        .with_for_update()
    )
    row = rows.one_or_none()
    return Held(*row) if row else NOTHING


async def _remember(
    session: AsyncSession,
    *,
    salon_id: UUID,
    user_id: UUID,
    old: Held,
    new: Held,
    by: Actor,
) -> None:
    """Whose visits and takings are their own is a right too: another stylist alone is written into
    the audit log, and is no change of the role.
    """
    if old.role != new.role:
        await session.execute(
            insert(RoleChangeRow).values(
                id=new_id(),
                salon_id=salon_id,
                user_id=user_id,
                old_role=old.role,
                new_role=new.role,
                changed_by=by.user_id,
            )
        )
    await record(
        session,
        actor=by,
        action="role.change" if old.role != new.role else "role.link",
        resource_type="profile",
        resource_id=user_id,
        salon_id=salon_id,
        metadata={"before": asdict(old), "after": asdict(new)},
    )
    if old.staff_id is not None and old.staff_id != new.staff_id:
        await emit(session, StylistUnlinked(salon_id=salon_id, subject_id=old.staff_id))
