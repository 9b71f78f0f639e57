"""The price list is edited: what clients see at once, what follows what, and every way back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.coming import coming_visits
from openchair.booking.appointments.confirm import book
from openchair.booking.catalogue.add import add_item
from openchair.booking.catalogue.arrange import put_in_order
from openchair.booking.catalogue.categories import (
    add_category,
)
from openchair.booking.catalogue.change import (
    archive_item,
    change_item,
    restore_item,
)
from openchair.booking.catalogue.item import Own, read_item, revision_of
from openchair.booking.catalogue.note import Done
from openchair.identity.audit.record import SYSTEM
from openchair.platform.errors import Conflict, Invalid, NotFound
from tests.booking.catalogue.editing import add, change, names, offered, undo, wanted
from tests.builders import NOW, guest, make_salon


async def test_what_is_added_can_be_booked_at_once(session: AsyncSession) -> None:
    shop = await make_salon(session)
    anna = await shop.person("anna")
    chairs = await shop.things("chairs", 2)
    gloss = await add(
        session,
        shop,
        wanted(
            shop,
            "  Gloss\n &  shine ",
            processing_minutes=20,
            buffer_after_minutes=5,
            group_ids=(chairs,),
            terms={anna: Own(price_minor=9900)},
        ),
    )
    service = (await offered(session, shop)).service(gloss)
    assert service is not None
    assert (service.slug, service.name) == ("gloss-shine", {"en": "Gloss & shine"})
    assert service.duration_minutes == 50
    assert service.group_ids == (chairs,)
    assert service.terms[anna].price_minor == 9900
    twin = await add(session, shop, wanted(shop, "Gloss & shine"))
    found = (await offered(session, shop)).service(twin)
    assert found is not None
    assert found.slug == "gloss-shine-2"


async def test_everything_wrong_is_told_at_once(session: AsyncSession) -> None:
    shop = await make_salon(session)
    bad = wanted(
        shop,
        "",
        description={"de": "nur deutsch"},
        active_minutes=4,
        buffer_before_minutes=241,
        price_minor=-1,
    )
    with pytest.raises(Invalid) as refused:
        await add(session, shop, bad)
    assert set(refused.value.details) == {
        *("name_en", "description_en", "active_minutes", "buffer_before_minutes", "price")
    }


@pytest.mark.parametrize("field", ["category_id", "group_ids", "terms", "required_form_id"])
async def test_a_neighbours_things_are_not_there(session: AsyncSession, field: str) -> None:
    mine, theirs = await make_salon(session), await make_salon(session)
    foreign: dict[str, Any] = {
        "category_id": theirs.category_id,
        "group_ids": (await theirs.things("rooms", 1),),
        "terms": {await theirs.person("eve"): Own()},
        "required_form_id": uuid4(),
    }
    with pytest.raises(Invalid) as refused:
        await add(session, mine, wanted(mine, **{field: foreign[field]}))
    assert refused.value.field == field
    cut = await theirs.service("cut")
    with pytest.raises(NotFound):
        await archive_item(session, salon_id=mine.salon_id, service_id=cut, by=SYSTEM)


async def test_a_service_stands_for_the_first_of_its_variants(session: AsyncSession) -> None:
    shop = await make_salon(session)
    anna = await shop.person("anna")
    cut = await add(session, shop, wanted(shop, "Cut", terms={anna: Own(price_minor=7000)}))
    short = await add(
        session, shop, wanted(shop, "Short", price_minor=5000), kind="variant", under=cut
    )
    long = await add(
        session,
        shop,
        wanted(shop, "Long", price_minor=9000, active_minutes=60),
        kind="variant",
        under=cut,
    )
    item = await read_item(session, salon_id=shop.salon_id, service_id=cut)
    assert (item.price_minor, item.active_minutes) == (5000, 30)
    assert item.terms == {anna: Own()}
    await put_in_order(session, salon_id=shop.salon_id, ids=[long, short], by=SYSTEM)
    item = await read_item(session, salon_id=shop.salon_id, service_id=cut)
    assert (item.price_minor, item.active_minutes) == (9000, 60)
    await archive_item(session, salon_id=shop.salon_id, service_id=long, by=SYSTEM)
    item = await read_item(session, salon_id=shop.salon_id, service_id=cut)
    assert item.price_minor == 5000


async def test_what_hangs_under_a_service_follows_it(session: AsyncSession) -> None:
    shop = await make_salon(session)
    anna, ben = await shop.person("anna"), await shop.person("ben")
    cut = await add(session, shop, wanted(shop, "Cut", terms={anna: Own()}))
    long = await add(
        session,
        shop,
        wanted(shop, "Long", terms={anna: Own(price_minor=9900)}),
        kind="variant",
        under=cut,
    )
    salon = await shop.salon()
    other = await add_category(
        session, salon=salon, name={"en": "Other"}, colour="#1c7ed6", by=SYSTEM
    )
    done = await change(session, shop, cut, category_id=other.id, terms={ben: Own()})
    item = await read_item(session, salon_id=shop.salon_id, service_id=long)
    assert (item.category_id, dict(item.terms)) == (other.id, {ben: Own()})
    await undo(session, shop, done)
    item = await read_item(session, salon_id=shop.salon_id, service_id=long)
    assert (item.category_id, dict(item.terms)) == (
        shop.category_id,
        {anna: Own(price_minor=9900)},
    )


async def test_two_tabs_are_asked(session: AsyncSession) -> None:
    shop = await make_salon(session)
    cut = await add(session, shop, wanted(shop, "Cut"))
    seen = revision_of(await read_item(session, salon_id=shop.salon_id, service_id=cut))
    await change(session, shop, cut, price_minor=9500)
    with pytest.raises(Conflict) as refused:
        await change_item(
            session,
            salon=await shop.salon(),
            service_id=cut,
            wanted=wanted(shop, "Cut", price_minor=9100),
            seen=seen,
            by=SYSTEM,
        )
    assert refused.value.code == "overtaken"
    assert (await change(session, shop, cut, price_minor=9500)).act_id is None


async def test_archived_means_offered_no_more_and_kept_in_visits(session: AsyncSession) -> None:
    shop = await make_salon(session)
    anna = await shop.person("anna")
    cut = await add(session, shop, wanted(shop, "Cut", terms={anna: Own()}))
    await book(
        session,
        salon=await shop.salon(),
        service_ids=[cut],
        staff_ids=[anna],
        start=NOW + timedelta(days=1, hours=3),
        customer=guest(1),
        consents={},
        note="",
        source="web",
        actor=SYSTEM,
        now=NOW,
    )
    coming = await coming_visits(session, salon_id=shop.salon_id, service_ids=[cut], now=NOW)
    assert (coming.count, coming.first) == (1, NOW + timedelta(days=1, hours=3))
    later = NOW + timedelta(days=2)
    past = await coming_visits(session, salon_id=shop.salon_id, service_ids=[cut], now=later)
    assert past.count == 0
    done = await archive_item(session, salon_id=shop.salon_id, service_id=cut, by=SYSTEM)
    assert await names(session, shop) == []
    told = await session.scalar(text("SELECT service_name->>'en' FROM appointments"))
    assert told == "Cut"
    await undo(session, shop, done)
    assert await names(session, shop) == ["Cut"]
    await archive_item(session, salon_id=shop.salon_id, service_id=cut, by=SYSTEM)
    await restore_item(session, salon_id=shop.salon_id, service_id=cut, by=SYSTEM)
    assert await names(session, shop) == ["Cut"]


async def test_what_was_added_by_mistake_is_gone_again(session: AsyncSession) -> None:
    shop = await make_salon(session)
    anna = await shop.person("anna")
    salon = await shop.salon()

    async def added(name: str) -> Done:
        asked = wanted(shop, name, terms={anna: Own()})
        return await add_item(
            session, salon=salon, kind="service", parent_id=None, wanted=asked, by=SYSTEM
        )

    mistake, booked = await added("Mistake"), await added("Booked")
    await undo(session, shop, mistake)
    with pytest.raises(NotFound):
        await read_item(session, salon_id=shop.salon_id, service_id=mistake.id)
    await book(
        session,
        salon=salon,
        service_ids=[booked.id],
        staff_ids=[anna],
        start=NOW + timedelta(days=1, hours=3),
        customer=guest(1),
        consents={},
        note="",
        source="web",
        actor=SYSTEM,
        now=NOW,
    )
    await undo(session, shop, booked)
    kept = await read_item(session, salon_id=shop.salon_id, service_id=booked.id)
    assert not kept.active


async def test_undo_stops_where_somebody_went_on(session: AsyncSession) -> None:
    shop, other = await make_salon(session), await make_salon(session)
    cut = await add(session, shop, wanted(shop, "Cut"))
    done = await change(session, shop, cut, price_minor=9500)
    await change(session, shop, cut, price_minor=9700)
    with pytest.raises(Conflict) as refused:
        await undo(session, shop, done)
    assert refused.value.code == "changed_since"
    with pytest.raises(NotFound):
        await undo(session, other, done)
