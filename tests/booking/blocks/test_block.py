"""Time that is kept free on purpose, and everything that stands in its way."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.confirm import book
from openchair.booking.blocks.block import block_time, unblock, undo_unblock
from openchair.booking.blocks.queries import Block, get_block
from openchair.booking.catalogue.queries import get_catalogue
from openchair.identity.audit.queries import list_acts
from openchair.identity.audit.record import SYSTEM
from openchair.platform.db.engine import Database
from openchair.platform.errors import Conflict, Invalid, NotFound
from tests.builders import NOW, Shop, at, guest, make_salon


async def block(shop: Shop, *, hour: int = 10, minutes: int = 60, who: str = "anna") -> Block:
    return await block_time(
        shop.session,
        salon=await shop.salon(),
        staff_id=shop.staff[who],
        start=at(hour, days=1),
        end=at(hour, days=1) + timedelta(minutes=minutes),
        reason="Training",
        by=SYSTEM,
        now=NOW,
    )


async def book_at(shop: Shop, hour: int) -> None:
    await book(
        shop.session,
        salon=await shop.salon(),
        service_ids=[shop.services["cut"]],
        staff_ids=[shop.staff["anna"]],
        start=at(hour, days=1),
        customer=guest(hour),
        consents={},
        source="web",
        actor=SYSTEM,
        now=NOW,
    )


@pytest.fixture
async def shop(session: AsyncSession) -> Shop:
    made = await make_salon(session)
    chairs = await made.things("chairs", 1)
    cut = await made.service("cut", 30, needs=(chairs,))
    await made.person("anna", cut)
    await made.person("ben", cut)
    return made


async def test_a_blocked_time_cannot_be_booked_until_it_is_free_again(shop: Shop) -> None:
    blocked = await block(shop)
    with pytest.raises(Conflict) as refused:
        await book_at(shop, 10)
    assert refused.value.code == "time_taken"
    await unblock(shop.session, salon=await shop.salon(), block_id=blocked.id, by=SYSTEM)
    await book_at(shop, 10)


async def test_a_visit_stands_in_the_way_and_is_named(shop: Shop) -> None:
    await book_at(shop, 10)
    with pytest.raises(Conflict) as refused:
        await block(shop)
    (clash,) = refused.value.details["clashes"]
    assert (clash["kind"], clash["client"]) == ("visit", "Client 10")
    assert clash["start"] == "2026-05-05T10:00:00+02:00"
    await block(shop, hour=11)  # beside it
    await block(shop, who="ben")


async def test_two_blocks_do_not_lie_on_each_other(shop: Shop) -> None:
    await block(shop)
    with pytest.raises(Conflict):
        await block(shop, minutes=30)


async def test_a_chair_can_be_blocked_and_then_nobody_is_served(shop: Shop) -> None:
    salon = await shop.salon()
    catalogue = await get_catalogue(shop.session, salon_id=shop.salon_id)
    (things,) = catalogue.resources.values()
    blocked = await block_time(
        shop.session,
        salon=salon,
        resource_id=things[0],
        start=at(10, days=1),
        end=at(12, days=1),
        by=SYSTEM,
        now=NOW,
    )
    assert blocked.name == "chairs 1"
    with pytest.raises(Conflict):
        await book_at(shop, 10)


async def test_undo_puts_back_the_same_block(shop: Shop) -> None:
    salon = await shop.salon()
    blocked = await block(shop)
    await unblock(shop.session, salon=salon, block_id=blocked.id, by=SYSTEM)
    with pytest.raises(NotFound):
        await get_block(shop.session, salon_id=shop.salon_id, block_id=blocked.id)
    for _ in range(2):  # pressed twice it is there once
        again = await undo_unblock(
            shop.session, salon=salon, block_id=blocked.id, by=SYSTEM, now=NOW
        )
        assert again == blocked
    acts = await list_acts(
        shop.session, salon_id=shop.salon_id, resource_type="block", resource_id=blocked.id
    )
    assert sorted(act.action for act in acts) == ["block", "block_again", "unblock"]


async def test_two_who_let_it_go_at_once_do_it_once(database: Database) -> None:
    async with database.transaction() as session:
        made = await make_salon(session)
        await made.person("anna", await made.service("cut", 30))
        blocked, salon = await block(made), await made.salon()

    async def let_go() -> str:
        try:
            async with database.transaction() as session:
                await unblock(session, salon=salon, block_id=blocked.id, by=SYSTEM)
        except NotFound as refusal:
            return refusal.code
        return "ok"

    outcome = await asyncio.gather(*(let_go() for _ in range(4)))
    assert sorted(outcome) == ["block_not_found"] * 3 + ["ok"]
    async with database.transaction() as session:
        acts = await list_acts(
            session, salon_id=salon.id, resource_type="block", resource_id=blocked.id
        )
    assert [act.action for act in acts] == ["unblock", "block"]


async def test_undo_is_refused_when_the_time_went_to_somebody(shop: Shop) -> None:
    salon = await shop.salon()
    blocked = await block(shop)
    await unblock(shop.session, salon=salon, block_id=blocked.id, by=SYSTEM)
    await book_at(shop, 10)
    with pytest.raises(Conflict):
        await undo_unblock(shop.session, salon=salon, block_id=blocked.id, by=SYSTEM, now=NOW)


async def test_what_never_was_cannot_be_undone(shop: Shop) -> None:
    with pytest.raises(NotFound):
        await undo_unblock(
            shop.session, salon=await shop.salon(), block_id=uuid4(), by=SYSTEM, now=NOW
        )


@pytest.mark.parametrize("minutes", [-60, 0, 4, 24 * 60 + 1])
async def test_lengths_that_are_none(shop: Shop, minutes: int) -> None:
    with pytest.raises(Invalid) as refused:
        await block(shop, minutes=minutes)
    assert refused.value.field == "end"


async def test_people_of_another_salon_are_not_known(shop: Shop, session: AsyncSession) -> None:
    other = await make_salon(session)
    stranger = await other.person("carla")
    with pytest.raises(NotFound):
        await block_time(
            session,
            salon=await shop.salon(),
            staff_id=stranger,
            start=at(10, days=1),
            end=at(11, days=1),
            by=SYSTEM,
            now=NOW,
        )
    with pytest.raises(Invalid):
        await block_time(
            session,
            salon=await shop.salon(),
            start=at(10, days=1),
            end=at(11, days=1),
            by=SYSTEM,
            now=NOW,
        )
