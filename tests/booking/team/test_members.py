from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.queries import get_catalogue
from openchair.booking.team.members import (
    MemberDetails,
    add_member,
    change_member,
    move_member,
    show_member,
)
from openchair.booking.team.queries import list_members
from openchair.identity.audit.record import SYSTEM
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id
from tests.booking.team.shop import make_shop
from tests.builders import NOW, Shop

NINA = MemberDetails(
    name="  Nina   Łukaszewicz ",
    title={"de": "Coloristin"},
    bio={"de": " "},
    colour="#aa3366",
    languages=("de", "pl"),
    commission_basis_points=4250,
)


async def add(session: AsyncSession, shop: Shop, details: MemberDetails = NINA) -> UUID:
    return await add_member(
        session,
        salon_id=shop.salon_id,
        location_id=shop.location_id,
        details=details,
        service_ids=shop.services.values(),
        by=SYSTEM,
    )


async def test_somebody_new_is_last_and_can_do_what_was_ticked(session: AsyncSession) -> None:
    shop = await make_shop(session)
    nina = await add(session, shop)
    catalogue = await get_catalogue(session, salon_id=shop.salon_id)
    assert catalogue.staff[-1].id == nina
    assert catalogue.staff[-1].name == "Nina Łukaszewicz"
    assert catalogue.staff[-1].slug == "nina-ukaszewicz"
    assert set(catalogue.staff[-1].service_ids) == set(shop.services.values())


async def test_two_of_one_name_have_two_addresses(session: AsyncSession) -> None:
    shop = await make_shop(session)
    await add(session, shop)
    await add(session, shop)
    catalogue = await get_catalogue(session, salon_id=shop.salon_id)
    assert len({each.slug for each in catalogue.staff}) == len(catalogue.staff)


async def test_hidden_they_are_not_offered_and_shown_again_they_are(session: AsyncSession) -> None:
    shop = await make_shop(session)
    nina = await add(session, shop)
    for active in (False, True):
        await show_member(
            session, salon_id=shop.salon_id, staff_id=nina, active=active, by=SYSTEM, now=NOW
        )
        catalogue = await get_catalogue(session, salon_id=shop.salon_id)
        assert (catalogue.member(nina) is not None) is active


async def test_a_change_answers_what_was_before(session: AsyncSession) -> None:
    shop = await make_shop(session)
    nina = await add(session, shop)
    before = await change_member(
        session,
        salon_id=shop.salon_id,
        staff_id=nina,
        details=replace(NINA, name="Nina Meier", commission_basis_points=0),
        service_ids=[],
        by=SYSTEM,
        now=NOW,
    )
    assert before.name == "Nina Łukaszewicz"
    assert set(before.service_ids) == set(shop.services.values())
    (now,) = [
        each
        for each in await list_members(session, salon_id=shop.salon_id, now=NOW)
        if each.id == nina
    ]
    assert (now.name, now.service_ids, now.commission_basis_points) == ("Nina Meier", (), 0)


async def test_the_order_is_the_salons(session: AsyncSession) -> None:
    shop = await make_shop(session)
    nina = await add(session, shop)
    await move_member(session, salon_id=shop.salon_id, staff_id=nina, by=SYSTEM, steps=-1)
    first = (await get_catalogue(session, salon_id=shop.salon_id)).staff[0].id
    await move_member(session, salon_id=shop.salon_id, staff_id=nina, by=SYSTEM, steps=-9)
    assert first == nina == (await get_catalogue(session, salon_id=shop.salon_id)).staff[0].id


@pytest.mark.parametrize(
    ("field", "details"),
    [
        ("name", replace(NINA, name=" ")),
        ("name", replace(NINA, name="x" * 81)),
        ("colour", replace(NINA, colour="red")),
        ("commission", replace(NINA, commission_basis_points=10_001)),
        ("bio_de", replace(NINA, bio={"de": "x" * 601})),
    ],
)
async def test_what_is_wrong_is_named(
    session: AsyncSession, field: str, details: MemberDetails
) -> None:
    shop = await make_shop(session)
    with pytest.raises(Invalid) as refused:
        await add(session, shop, details)
    assert refused.value.field == field


async def test_a_neighbours_service_is_not_in_the_list(session: AsyncSession) -> None:
    shop = await make_shop(session)
    with pytest.raises(Invalid) as refused:
        await add_member(
            session,
            salon_id=shop.salon_id,
            location_id=shop.location_id,
            details=NINA,
            service_ids=[new_id()],
            by=SYSTEM,
        )
    assert refused.value.field == "services"
