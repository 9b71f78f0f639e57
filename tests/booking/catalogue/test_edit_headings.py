"""The order and the headings of the price list, pictures, and what is written down of it all."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.arrange import move, put_in_order
from openchair.booking.catalogue.categories import (
    add_category,
    change_category,
    get_heading,
    remove_category,
)
from openchair.booking.catalogue.change import (
    archive_item,
    set_image,
)
from openchair.booking.catalogue.images import forget_unused
from openchair.booking.catalogue.item import Own
from openchair.booking.salon_file.apply import apply_plan
from openchair.booking.salon_file.export import export_salon
from openchair.booking.salon_file.plan import plan_import
from openchair.booking.salon_file.read import read_salon_file
from openchair.booking.salon_file.write import write_salon_file
from openchair.identity.audit.record import SYSTEM
from openchair.media.keep import keep_picture
from openchair.media.queries import get_picture
from openchair.platform.errors import Conflict, NotFound
from tests.booking.catalogue.editing import add, change, names, offered, undo, wanted
from tests.builders import make_salon
from tests.media.pictures import photo


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
