from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.models import ProfileRow
from openchair.identity.accounts.queries import list_memberships
from openchair.identity.accounts.roles import grant_role
from openchair.identity.audit.record import SYSTEM, Actor
from openchair.identity.sessions.queries import list_sessions
from openchair.identity.team.leave import leave_salon
from openchair.identity.team.people import get_person, list_people
from openchair.identity.team.role_changes import list_role_changes, undo_role_change
from openchair.platform.clock import utc_now
from openchair.platform.errors import Conflict, NotFound
from tests.builders import Shop, make_salon
from tests.identity.people import add_account, open_for


@pytest.fixture
async def shop(session: AsyncSession) -> Shop:
    return await make_salon(session)


async def hire(session: AsyncSession, shop: Shop, email: str, role: str) -> UUID:
    user_id = await add_account(session, email=email)
    await grant_role(session, salon_id=shop.salon_id, user_id=user_id, role=role, by=SYSTEM)
    return user_id


async def roles_of(session: AsyncSession, user_id: UUID) -> list[str]:
    return [each.role for each in await list_memberships(session, user_id=user_id)]


async def test_the_list_goes_on_behind_the_last_of_a_page(
    session: AsyncSession, shop: Shop
) -> None:
    everybody = {await hire(session, shop, f"p{n}@x.example", "staff") for n in range(5)}
    other = await make_salon(session, slug="other")
    await hire(session, other, "stranger@x.example", "owner")
    seen: list[UUID] = []
    while page := await list_people(
        session, salon_id=shop.salon_id, limit=2, after=seen[-1] if seen else None
    ):
        seen.extend(each.user_id for each in page)
    assert len(seen) == 5
    assert {*seen} == everybody


async def test_the_list_says_nothing_of_a_strangers_name(session: AsyncSession, shop: Shop) -> None:
    ours = await hire(session, shop, "ours@x.example", "staff")
    other = await make_salon(session, slug="other")
    stranger = await hire(session, other, "stranger@x.example", "owner")
    await session.execute(
        update(ProfileRow).where(ProfileRow.id == stranger).values(name="Zoe Zimmer")
    )
    page = await list_people(session, salon_id=shop.salon_id, limit=2, after=stranger)
    assert [each.user_id for each in page] == [ours]


async def test_who_leaves_their_last_salon_is_logged_out_everywhere(
    session: AsyncSession, shop: Shop
) -> None:
    await hire(session, shop, "owner@x.example", "owner")
    ruth = await hire(session, shop, "ruth@x.example", "staff")
    await open_for(session, ruth)
    await leave_salon(session, salon_id=shop.salon_id, user_id=ruth, by=SYSTEM)
    assert await list_sessions(session, user_id=ruth, now=utc_now()) == []
    with pytest.raises(NotFound):
        await get_person(session, salon_id=shop.salon_id, user_id=ruth)


async def test_who_works_elsewhere_too_stays_logged_in_there(
    session: AsyncSession, shop: Shop
) -> None:
    other = await make_salon(session, slug="other")
    await hire(session, shop, "owner@x.example", "owner")
    ruth = await hire(session, shop, "ruth@x.example", "staff")
    await grant_role(session, salon_id=other.salon_id, user_id=ruth, role="staff", by=SYSTEM)
    await open_for(session, ruth)
    await leave_salon(session, salon_id=shop.salon_id, user_id=ruth, by=SYSTEM)
    now = utc_now() + timedelta(seconds=1)
    assert len(await list_sessions(session, user_id=ruth, now=now)) == 1
    assert [each.salon_id for each in await list_memberships(session, user_id=ruth)] == [
        other.salon_id
    ]


async def test_the_only_owner_cannot_leave(session: AsyncSession, shop: Shop) -> None:
    owner = await hire(session, shop, "owner@x.example", "owner")
    with pytest.raises(Conflict):
        await leave_salon(session, salon_id=shop.salon_id, user_id=owner, by=SYSTEM)
    assert await roles_of(session, owner) == ["owner"]


async def test_changes_are_named_and_the_last_is_taken_back(
    session: AsyncSession, shop: Shop
) -> None:
    owner = await hire(session, shop, "owner@x.example", "owner")
    ruth = await hire(session, shop, "ruth@x.example", "staff")
    by = Actor("user", owner)
    salon_id = shop.salon_id
    await grant_role(session, salon_id=salon_id, user_id=ruth, role="manager", by=by)
    made = await list_role_changes(session, salon_id=salon_id, user_id=ruth)
    change = next(each for each in made if each.new_role == "manager")
    assert (change.old_role, change.by) == ("staff", "Lena Brunner")
    await undo_role_change(
        session, salon_id=salon_id, user_id=ruth, change_id=change.id, staff_id=None, by=by
    )
    assert await roles_of(session, ruth) == ["staff"]
    with pytest.raises(Conflict):
        await undo_role_change(
            session, salon_id=salon_id, user_id=ruth, change_id=change.id, staff_id=None, by=by
        )


async def test_who_was_removed_is_put_back(session: AsyncSession, shop: Shop) -> None:
    await hire(session, shop, "owner@x.example", "owner")
    ruth = await hire(session, shop, "ruth@x.example", "receptionist")
    await leave_salon(session, salon_id=shop.salon_id, user_id=ruth, by=SYSTEM)
    last = (await list_role_changes(session, salon_id=shop.salon_id, user_id=ruth, limit=1))[0]
    await undo_role_change(
        session, salon_id=shop.salon_id, user_id=ruth, change_id=last.id, staff_id=None, by=SYSTEM
    )
    assert await roles_of(session, ruth) == ["receptionist"]
