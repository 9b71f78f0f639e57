"""The price list is edited: what clients see at once, what follows what, and every way back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.coming import coming_visits
from openchair.booking.appointments.confirm import book
from openchair.booking.catalogue.add import add_item
from openchair.booking.catalogue.arrange import move, put_in_order
from openchair.booking.catalogue.categories import (
    add_category,
    change_category,
    get_heading,
    remove_category,
)
from openchair.booking.catalogue.change import (
    archive_item,
    change_item,
    restore_item,
    set_image,
)
from openchair.booking.catalogue.images import forget_unused
from openchair.booking.catalogue.item import Own, read_item, revision_of
from openchair.booking.catalogue.note import Done
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.booking.catalogue.rules import Wanted
from openchair.booking.catalogue.undo import undo_act
from openchair.booking.salon_file.apply import apply_plan
from openchair.booking.salon_file.export import export_salon
from openchair.booking.salon_file.plan import plan_import
from openchair.booking.salon_file.read import read_salon_file
from openchair.booking.salon_file.write import write_salon_file
from openchair.identity.audit.record import SYSTEM
from openchair.media.keep import keep_picture
from openchair.media.queries import get_picture
from openchair.platform.errors import Conflict, Invalid, NotFound
from tests.builders import NOW, Shop, guest, make_salon
from tests.media.pictures import photo


def wanted(shop: Shop, name: str = "Gloss", **other: Any) -> Wanted:
    base = Wanted(
        name={"en": name},
        description={},
        category_id=shop.category_id,
        price_minor=8900,
        active_minutes=30,
    )
    return replace(base, **other)


async def add(
    session: AsyncSession,
    shop: Shop,
    asked: Wanted,
    *,
    kind: str = "service",
    under: UUID | None = None,
) -> UUID:
    done = await add_item(
        session, salon=await shop.salon(), kind=kind, parent_id=under, wanted=asked, by=SYSTEM
    )
    return done.id


async def change(session: AsyncSession, shop: Shop, service_id: UUID, **other: Any) -> Done:
    item = await read_item(session, salon_id=shop.salon_id, service_id=service_id)
    names = Wanted.__dataclass_fields__
    asked = Wanted(**{**{name: getattr(item, name) for name in names}, **other})
    return await change_item(
        session,
        salon=await shop.salon(),
        service_id=service_id,
        wanted=asked,
        seen=revision_of(item),
        by=SYSTEM,
    )


async def undo(session: AsyncSession, shop: Shop, done: Done) -> Done:
    assert done.act_id is not None
    return await undo_act(session, salon_id=shop.salon_id, act_id=done.act_id, by=SYSTEM)


async def offered(session: AsyncSession, shop: Shop) -> Catalogue:
    return await get_catalogue(session, salon_id=shop.salon_id)


async def names(session: AsyncSession, shop: Shop) -> list[str]:
    return [each.name["en"] for each in (await offered(session, shop)).services]


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


async def test_order_is_what_clients_see(session: AsyncSession) -> None:
    shop = await make_salon(session)
    one, two, three = [await add(session, shop, wanted(shop, name)) for name in "ABC"]
    done = await put_in_order(session, salon_id=shop.salon_id, ids=[three, one, two], by=SYSTEM)
    assert await names(session, shop) == ["C", "A", "B"]
    await move(session, salon_id=shop.salon_id, item_id=two, steps=-1, by=SYSTEM)
    assert await names(session, shop) == ["C", "B", "A"]
    await move(session, salon_id=shop.salon_id, item_id=two, steps=1, by=SYSTEM)
    await undo(session, shop, done)
    assert await names(session, shop) == ["A", "B", "C"]
    nothing = await move(session, salon_id=shop.salon_id, item_id=one, steps=-1, by=SYSTEM)
    assert nothing.act_id is None
    with pytest.raises(Conflict):
        await put_in_order(session, salon_id=shop.salon_id, ids=[one, two], by=SYSTEM)


async def test_headings_are_added_changed_and_removed(session: AsyncSession) -> None:
    shop = await make_salon(session)
    salon = await shop.salon()
    added = await add_category(
        session, salon=salon, name={"en": "Nails"}, colour="#1c7ed6", by=SYSTEM
    )
    heading = await get_heading(session, salon_id=salon.id, category_id=added.id)
    changed = await change_category(
        session,
        salon=salon,
        category_id=added.id,
        name={"en": "Hands", "de": "Hände"},
        colour="#2b8a3e",
        seen=heading.revision,
        by=SYSTEM,
    )
    with pytest.raises(Conflict):
        await change_category(
            session,
            salon=salon,
            category_id=added.id,
            name={"en": "Feet"},
            colour="#2b8a3e",
            seen=heading.revision,
            by=SYSTEM,
        )
    await undo(session, shop, changed)
    assert await get_heading(session, salon_id=salon.id, category_id=added.id) == heading
    removed = await remove_category(session, salon_id=salon.id, category_id=added.id, by=SYSTEM)
    with pytest.raises(NotFound):
        await get_heading(session, salon_id=salon.id, category_id=added.id)
    await undo(session, shop, removed)
    assert await get_heading(session, salon_id=salon.id, category_id=added.id) == heading


async def test_a_heading_takes_its_services_along(session: AsyncSession) -> None:
    shop = await make_salon(session)
    await add(session, shop, wanted(shop, "A"))
    hidden = await add(session, shop, wanted(shop, "B"))
    await archive_item(session, salon_id=shop.salon_id, service_id=hidden, by=SYSTEM)
    done = await remove_category(
        session, salon_id=shop.salon_id, category_id=shop.category_id, by=SYSTEM
    )
    assert await names(session, shop) == []
    await undo(session, shop, done)
    assert await names(session, shop) == ["A"]


async def test_a_picture_is_kept_until_nobody_can_want_it_back(session: AsyncSession) -> None:
    shop = await make_salon(session)
    cut = await add(session, shop, wanted(shop, "Cut"))
    first, second = [
        await keep_picture(
            session, salon_id=shop.salon_id, purpose="service", content=photo(200, 100)
        )
        for _ in range(2)
    ]
    which: dict[str, Any] = {"salon_id": shop.salon_id, "service_id": cut, "by": SYSTEM}
    await set_image(session, picture_id=first.id, **which)
    service = (await offered(session, shop)).service(cut)
    assert service is not None
    assert service.picture == first.shape
    replaced = await set_image(session, picture_id=second.id, **which)
    await undo(session, shop, replaced)
    assert not await forget_unused(session, salon_id=shop.salon_id, picture_id=first.id)
    assert await forget_unused(session, salon_id=shop.salon_id, picture_id=second.id)
    with pytest.raises(NotFound):
        await get_picture(session, salon_id=shop.salon_id, picture_id=second.id)


async def test_every_act_is_in_the_audit_log(session: AsyncSession) -> None:
    shop = await make_salon(session)
    cut = await add(session, shop, wanted(shop, "Cut"))
    await change(session, shop, cut, price_minor=9500)
    rows = await session.execute(
        text(
            "SELECT action, metadata->'before'->0->>'price_minor',"
            " metadata->'after'->0->>'price_minor' FROM audit_logs"
            " WHERE salon_id = :salon_id ORDER BY created_at, id"
        ),
        {"salon_id": shop.salon_id},
    )
    assert [tuple(row) for row in rows] == [
        ("service.add", None, "8900"),
        ("service.change", "8900", "9500"),
    ]


async def test_a_salons_file_holds_all_of_it(session: AsyncSession) -> None:
    shop = await make_salon(session)
    anna, ben = await shop.person("anna"), await shop.person("ben")
    chairs = await shop.things("chairs", 2)
    terms = {anna: Own(price_minor=9900, active_minutes=45), ben: Own()}
    cut = await add(session, shop, wanted(shop, "Cut", terms=terms, group_ids=(chairs,)))
    for name in ("Short", "Long"):
        await add(session, shop, wanted(shop, name, terms=terms), kind="variant", under=cut)
    await add(session, shop, wanted(shop, "Mask", terms=terms), kind="addon", under=cut)
    await add(session, shop, wanted(shop, "Massage", terms=terms), kind="addon")
    salon = await shop.salon()
    beard = await add_category(
        session, salon=salon, name={"en": "Beard"}, colour="#1c7ed6", by=SYSTEM
    )
    trim = await add(session, shop, wanted(shop, "Trim", category_id=beard.id))
    await session.execute(
        text("UPDATE service_categories SET colour = '#1c7ed6' WHERE salon_id = :salon_id"),
        {"salon_id": shop.salon_id},
    )
    await session.execute(
        text("UPDATE staff SET colour = '#1c7ed6' WHERE salon_id = :salon_id"),
        {"salon_id": shop.salon_id},
    )
    await move(session, salon_id=shop.salon_id, item_id=beard.id, steps=-1, by=SYSTEM)
    written = write_salon_file(await export_salon(session, slug=shop.slug))
    before = await offered(session, shop)
    again = await plan_import(session, file=read_salon_file(written.encode()))
    assert again.changes == ()
    await archive_item(session, salon_id=shop.salon_id, service_id=trim, by=SYSTEM)
    plan = await plan_import(session, file=read_salon_file(written.encode()))
    await apply_plan(session, plan=plan, by=SYSTEM)
    assert await offered(session, shop) == before
