import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.models import RoleChangeRow
from openchair.identity.accounts.permissions import PERMISSIONS, Reach, reach
from openchair.identity.accounts.queries import list_memberships
from openchair.identity.accounts.roles import grant_role, remove_role
from openchair.identity.audit.queries import list_acts
from openchair.identity.audit.record import SYSTEM, Actor
from openchair.platform.db.engine import Database
from openchair.platform.errors import Conflict, Invalid, NotFound
from tests.builders import make_salon
from tests.identity.people import add_account, add_role

ROLES = {"owner", "manager", "staff", "receptionist"}


async def test_each_change_of_a_role_is_kept_with_who_made_it(session: AsyncSession) -> None:
    shop = await make_salon(session)
    owner = await add_account(session, email="owner@salon.example")
    lena = await add_account(session)
    await add_role(session, salon_id=shop.salon_id, user_id=owner, role="owner")
    by = Actor("user", owner)
    for role in ("staff", "staff", "manager"):
        await grant_role(session, salon_id=shop.salon_id, user_id=lena, role=role, by=by)
    await remove_role(session, salon_id=shop.salon_id, user_id=lena, by=by)
    rows = list(await session.scalars(select(RoleChangeRow).order_by(RoleChangeRow.id)))
    assert [(row.old_role, row.new_role) for row in rows] == [
        (None, "staff"),
        ("staff", "manager"),
        ("manager", None),
    ]
    assert {row.changed_by for row in rows} == {owner}
    assert await list_memberships(session, user_id=lena) == ()


async def test_another_stylist_alone_stands_in_the_log(session: AsyncSession) -> None:
    shop = await make_salon(session)
    anna = await shop.person("anna", await shop.service("cut", 30))
    lena = await add_account(session)
    for staff_id in (None, anna, anna, None):
        await grant_role(
            session, salon_id=shop.salon_id, user_id=lena, role="staff", staff_id=staff_id,
            by=SYSTEM,
        )  # fmt: skip
    acts = await list_acts(
        session, salon_id=shop.salon_id, resource_type="profile", resource_id=lena
    )
    assert [act.action for act in acts] == ["role.link", "role.link", "role.change"]
    assert acts[1].metadata == {
        "before": {"role": "staff", "staff_id": None},
        "after": {"role": "staff", "staff_id": str(anna)},
    }
    assert len(list(await session.scalars(select(RoleChangeRow)))) == 1


async def test_a_salon_keeps_an_owner(session: AsyncSession) -> None:
    shop = await make_salon(session)
    owner = await add_account(session)
    await grant_role(session, salon_id=shop.salon_id, user_id=owner, role="owner", by=SYSTEM)
    with pytest.raises(Conflict) as refusal:
        await grant_role(session, salon_id=shop.salon_id, user_id=owner, role="staff", by=SYSTEM)
    assert refusal.value.code == "last_owner"
    with pytest.raises(Conflict):
        await remove_role(session, salon_id=shop.salon_id, user_id=owner, by=SYSTEM)


async def test_two_owners_who_leave_at_once_do_not_both(database: Database) -> None:
    async with database.transaction() as session:
        shop = await make_salon(session)
        owners = [await add_account(session, email=f"{name}@salon.example") for name in "ab"]
        for owner in owners:
            await add_role(session, salon_id=shop.salon_id, user_id=owner, role="owner")

    async def leave(index: int) -> str:
        try:
            async with database.transaction() as session:
                await remove_role(session, salon_id=shop.salon_id, user_id=owners[index], by=SYSTEM)
        except Conflict as refusal:
            return refusal.code
        return "left"

    assert sorted(await asyncio.gather(leave(0), leave(1))) == ["last_owner", "left"]


async def test_unknown_roles_and_strangers_are_refused(session: AsyncSession) -> None:
    shop = await make_salon(session)
    lena = await add_account(session)
    with pytest.raises(Invalid):
        await grant_role(session, salon_id=shop.salon_id, user_id=lena, role="king", by=SYSTEM)
    with pytest.raises(NotFound):
        await remove_role(session, salon_id=shop.salon_id, user_id=lena, by=SYSTEM)


@pytest.mark.parametrize("action", PERMISSIONS)
def test_every_permission_names_known_roles_and_lets_the_owner(action: str) -> None:
    assert set(PERMISSIONS[action]) <= ROLES
    assert reach(role="owner", action=action) is Reach.SALON
    assert reach(role="stranger", action=action) is None


def test_an_action_nobody_listed_is_a_defect() -> None:
    with pytest.raises(KeyError):
        reach(role="owner", action="till.empty")
