from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair import reactions
from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.queries import get_booking_by_id
from openchair.booking.appointments.request import CustomerDetails
from openchair.booking.catalogue.queries import get_catalogue
from openchair.booking.salon_file.apply import Applied, apply_plan
from openchair.booking.salon_file.export import export_salon
from openchair.booking.salon_file.plan import Change, plan_import
from openchair.booking.salon_file.read import read_salon_file
from openchair.booking.salon_file.schema import SalonFile
from openchair.booking.salon_file.write import write_salon_file
from openchair.identity.accounts.team import list_team
from openchair.identity.audit.record import SYSTEM
from openchair.platform.errors import Conflict
from openchair.salons.queries import get_salon
from tests.booking.salon_file.example import example

DEMO = Path(__file__).parents[3] / "src" / "openchair" / "booking" / "demo"
NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
TUESDAY = datetime(2027, 3, 2, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _reactions() -> None:
    reactions.start()


async def put(session: AsyncSession, file: SalonFile) -> Applied:
    plan = await plan_import(session, file=file)
    return await apply_plan(session, plan=plan, by=SYSTEM)


async def changes(session: AsyncSession, file: SalonFile) -> Sequence[Change]:
    return (await plan_import(session, file=file)).changes


async def book_a_cut(session: AsyncSession, *, service: str, person: str) -> UUID:
    salon = await get_salon(session, slug="kate-and-co")
    catalogue = await get_catalogue(session, salon_id=salon.id)
    services = {each.slug: each.id for top in catalogue.services for each in (top, *top.variants)}
    people = {member.slug: member.id for member in catalogue.staff}
    booked = await book(
        session,
        salon=salon,
        service_ids=[services[service]],
        staff_ids=[people[person]],
        start=TUESDAY,
        customer=CustomerDetails("Ann Lee", "ann@example.com", None, "en"),
        consents={"terms": True},
        source="test",
        now=NOW,
    )
    return booked.booking_id


@pytest.mark.parametrize("slug", ["schnittwerk", "mariia-hub"])
async def test_export_gives_back_exactly_what_was_imported(
    session: AsyncSession, slug: str
) -> None:
    content = (DEMO / f"{slug}.yaml").read_bytes()
    file = read_salon_file(content)
    await put(session, file)
    exported = await export_salon(session, slug=slug)
    assert exported == file
    assert write_salon_file(exported).encode() == content


async def test_the_example_of_the_page_comes_back_and_a_second_import_has_nothing_to_do(
    session: AsyncSession,
) -> None:
    await put(session, example())
    assert await export_salon(session, slug="kate-and-co") == example()
    assert await changes(session, example()) == ()
    assert (await put(session, example())).passwords == {}


async def test_a_new_salon_gives_its_log_ins_a_password_once(session: AsyncSession) -> None:
    applied = await put(session, example())
    assert [*applied.passwords] == ["kate@kate-and-co.example"]
    (member,) = await list_team(session, salon_id=applied.salon_id)
    assert (member.role, member.name) == ("owner", "Kate Miller")
    assert member.staff_id is not None


async def test_the_plan_says_what_changes_and_by_which_key(session: AsyncSession) -> None:
    await put(session, example())
    file = example(
        ("price: 110.00", "price: 115.00"),
        ("items: [Window, Mirror]", "items: [Window, Mirror, Corner]"),
        ("    - {slug: cut-long, name: Long hair, price: 60.00, minutes: 60}\n", ""),
        ("{service: cut, without: [cut-long]}", "cut"),
        ("percent: 20}", "percent: 19}"),
    )
    told = {
        (each.action, each.kind, each.name): each.about for each in await changes(session, file)
    }
    assert told == {
        ("change", "service", "colour"): ("price",),
        ("change", "resources", "chairs"): ("items",),
        ("change", "setting", "tax"): ("percent",),
        ("change", "person", "sam"): ("services",),
        ("remove", "variant", "cut-long"): (),
    }
    await put(session, file)
    assert await export_salon(session, slug="kate-and-co") == file


async def test_ids_stay_when_names_and_prices_change(session: AsyncSession) -> None:
    await put(session, example())
    before = await ids(session)
    await put(session, example(("name: Full colour", "name: Colour"), ("Kate Miller", "Kate Day")))
    assert await ids(session) == before


async def ids(session: AsyncSession) -> set[tuple[str, UUID]]:
    rows = await session.execute(
        text("SELECT slug, id FROM services UNION ALL SELECT slug, id FROM staff")
    )
    return {(row[0], row[1]) for row in rows}


async def test_what_bookings_tell_of_is_hidden_and_the_rest_is_deleted(
    session: AsyncSession,
) -> None:
    await put(session, example())
    booking_id = await book_a_cut(session, service="cut-short", person="kate")
    without_kate = example(
        ("    - {slug: cut-short, name: Short hair, price: 45.00, minutes: 45}\n", ""),
        ("  - {service: cut, without: [cut-long]}\n", "  - cut\n"),
        ("  - {service: cut-short, price: 38.00, minutes: 60}\n", ""),
        ("role: owner, staff: kate", "role: owner"),
    )
    text_of_kate = write_salon_file(without_kate)
    start, end = text_of_kate.index("- slug: kate\n"), text_of_kate.index("- slug: sam\n")
    file = read_salon_file((text_of_kate[:start] + text_of_kate[end:]).encode())
    notes = {each.name: each.note for each in await changes(session, file)}
    assert notes["kate"] == notes["cut-short"] == "hidden, not deleted: has 1 booking"
    await put(session, file)
    assert await export_salon(session, slug="kate-and-co") == file
    assert (await get_booking_by_id(session, booking_id=booking_id)).status == "confirmed"
    catalogue = await get_catalogue(
        session, salon_id=(await get_salon(session, slug="kate-and-co")).id
    )
    assert [member.slug for member in catalogue.staff] == ["sam"]
    await put(session, example())
    assert await export_salon(session, slug="kate-and-co") == example()
    assert (await get_booking_by_id(session, booking_id=booking_id)).appointments


async def test_a_service_without_bookings_is_gone_for_good(session: AsyncSession) -> None:
    await put(session, example())
    text_of_file = write_salon_file(example())
    start, end = text_of_file.index("  - slug: colour\n"), text_of_file.index("\nteam:")
    shorter = (text_of_file[:start] + text_of_file[end:]).replace("  - colour\n", "", 1)
    await put(session, read_salon_file(shorter.replace("[cut, colour]", "[cut]").encode()))
    assert {slug for slug, _ in await ids(session)} == {
        "cut",
        "cut-short",
        "cut-long",
        "kate",
        "sam",
    }


async def test_a_plan_is_refused_once_the_salon_has_changed(session: AsyncSession) -> None:
    await put(session, example())
    plan = await plan_import(session, file=example(("price: 110.00", "price: 120.00")))
    await put(session, example(("price: 20.00", "price: 25.00")))
    with pytest.raises(Conflict) as caught:
        await apply_plan(session, plan=plan, by=SYSTEM)
    assert caught.value.code == "plan_is_stale"
    colour = (await export_salon(session, slug="kate-and-co")).price_list[0].services[1]
    assert (colour.price, colour.addons[0].price) == (11000, 2500)


async def test_a_plan_for_a_new_salon_is_refused_when_it_exists_by_now(
    session: AsyncSession,
) -> None:
    plan = await plan_import(session, file=example())
    await put(session, example(("price: 110.00", "price: 120.00")))
    with pytest.raises(Conflict):
        await apply_plan(session, plan=plan, by=SYSTEM)


async def test_the_currency_stays_once_there_are_bookings(session: AsyncSession) -> None:
    await put(session, example())
    await put(session, example(("currency: GBP", "currency: EUR")))
    await book_a_cut(session, service="cut-long", person="kate")
    with pytest.raises(Conflict) as caught:
        await put(session, example())
    assert caught.value.code == "currency_in_use"


async def test_a_log_in_follows_its_file_and_the_last_owner_is_kept(session: AsyncSession) -> None:
    await put(session, example())
    await put(session, example(("name: Kate Miller, role: owner", "name: Kate Day, role: owner")))
    salon = await get_salon(session, slug="kate-and-co")
    assert [each.name for each in await list_team(session, salon_id=salon.id)] == ["Kate Day"]
    with pytest.raises(Conflict) as caught:
        await put(session, example(("role: owner", "role: staff")))
    assert caught.value.code == "last_owner"
    replaced = example(("email: kate@kate", "email: new@kate"))
    assert [*(await put(session, replaced)).passwords] == ["new@kate-and-co.example"]
    assert [each.email for each in await list_team(session, salon_id=salon.id)] == [
        "new@kate-and-co.example"
    ]


async def test_an_import_leaves_one_entry_in_the_audit_log(session: AsyncSession) -> None:
    applied = await put(session, example())
    await put(session, example())
    rows = list(
        await session.execute(
            text("SELECT resource_id, metadata FROM audit_logs WHERE action = 'salon.import'")
        )
    )
    assert [row[0] for row in rows] == [str(applied.salon_id)]
    assert "add service colour" in rows[0][1]["changes"]


async def test_own_terms_and_children_reach_the_catalogue(session: AsyncSession) -> None:
    await put(session, example())
    salon = await get_salon(session, slug="kate-and-co")
    catalogue = await get_catalogue(session, salon_id=salon.id)
    cut, colour = catalogue.services
    short, long = cut.variants
    kate, sam = catalogue.staff
    assert (short.terms[kate.id].price_minor, short.terms[sam.id].price_minor) == (4500, 3800)
    assert (short.terms[sam.id].active_minutes, long.staff_ids) == (60, (kate.id,))
    assert short.buffer_after_minutes == cut.buffer_after_minutes == 5
    assert colour.addons[0].group_ids == colour.group_ids
    assert cut.price_minor == short.price_minor
