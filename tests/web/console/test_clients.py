"""The clients' pages: found, shown, edited; a form keeps what was typed and says what is wrong."""

from datetime import timedelta
from uuid import UUID

import pytest

from openchair.customers.notes.queries import list_notes
from openchair.customers.notes.write import write_note
from openchair.customers.profiles.add import add_client
from openchair.customers.profiles.queries import get_client
from openchair.identity.audit.record import SYSTEM
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from tests.media.pictures import photo
from tests.web.console.client_things import make_form
from tests.web.console.conftest import ORIGIN, House, Sit, add_visit, on, text_of

LIST = "/console/house/clients"


@pytest.fixture
async def anna(database: Database, house: House) -> UUID:
    async with database.transaction() as session:
        return await add_client(
            session,
            salon=house.salon,
            name="Bärbel Müller",
            email="baerbel@example.ch",
            phone="079 123 45 67",
            by=SYSTEM,
        )


async def test_the_list_finds_and_says_what_to_do(house: House, anna: UUID, sit: Sit) -> None:
    desk = await sit(house.people["receptionist"])
    found = await desk.page(f"{LIST}?q=muelelr")
    assert found.select_one(f".person a[href='{LIST}/{anna}']")
    assert "+41 79 123 45 67" in text_of(found)
    nobody = await desk.page(f"{LIST}?q=zzzz")
    assert nobody.select_one(f".empty a[href='{LIST}/add?name=zzzz']")
    for offered in ("import", "export"):
        assert not found.select_one(f"a[href='{LIST}/{offered}']")


async def test_pages_of_the_list_go_on(house: House, database: Database, sit: Sit) -> None:
    async with database.transaction() as session:
        for number in range(60):
            await add_client(session, salon=house.salon, name=f"Client {number:02}", by=SYSTEM)
    owner = await sit(house.people["owner"])
    first = await owner.page(LIST)
    assert len(first.select(".person")) == 50
    rest = await owner.page(str(first.select(".clients .button")[-1]["href"]))
    assert [text_of(each) for each in rest.select(".person-name")][-1] == "Client 59"
    assert len(rest.select(".person")) == 10
    assert (await owner.client.get(f"{LIST}?after=nonsense")).status_code == 422


async def test_every_note_can_be_read(
    house: House, anna: UUID, database: Database, sit: Sit
) -> None:
    async with database.transaction() as session:
        for number in range(45):
            await write_note(
                session, salon_id=house.salon.id, client_id=anna, body=f"Note {number}", by=SYSTEM
            )
    desk = await sit(house.people["receptionist"])
    seen: list[str] = []
    address = f"{LIST}/{anna}"
    while address:
        page = await desk.page(address)
        seen += [text_of(each) for each in page.select(".notes .lines")]
        more = page.select_one("#notes a[href*='noted=']")
        address = str(more["href"]) if more else ""
    assert sorted(seen) == sorted(f"Note {number}" for number in range(45))
    for list_ in ("noted", "before"):
        for place in ("nonsense", f"2026-01-01~{anna}", f"0001-01-01T00:00%2B14:00~{anna}"):
            asked = await desk.client.get(f"{LIST}/{anna}?{list_}={place}")
            assert asked.status_code == 422, (list_, place)


async def test_suggestions_are_few_and_keep_contacts_from_stylists(
    house: House, anna: UUID, sit: Sit
) -> None:
    desk, ben = await sit(house.people["receptionist"]), await sit(house.people["staff"])
    (one,) = (await desk.client.get(f"{LIST}/find?q=mull")).json()["clients"]
    assert (one["name"], one["phone"]) == ("Bärbel Müller", "+41791234567")
    assert one["new_url"] == f"/console/house/new?client={anna}"
    (hidden,) = (await ben.client.get(f"{LIST}/find?q=mull")).json()["clients"]
    assert (hidden["phone"], hidden["email"]) == (None, None)
    for part_of_contact in ("079123", "mull 4179", "baerbel@"):
        found = await ben.client.get(f"{LIST}/find", params={"q": part_of_contact})
        assert found.json() == {"clients": []}
        listed = await ben.client.get(LIST, params={"q": part_of_contact})
        assert "Nobody is found by" in listed.text
        assert "digits of the phone" not in listed.text
    assert (await desk.client.get(f"{LIST}/find?q=")).json() == {"clients": []}


async def test_a_stylist_sees_how_to_reach_their_own(
    house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(9, days=3), staff_id=house.ben, number=1)
    await add_visit(database, house, on(9, days=3), staff_id=house.anna, number=2)
    ben = await sit(house.people["staff"])
    seen = {}
    for number in (1, 2):
        found = (await ben.client.get(f"{LIST}/find?q=Client+{number}")).json()["clients"]
        page = await ben.page(found[0]["url"])
        seen[number] = f"client{number}@example.com" in text_of(page)
    assert seen == {1: True, 2: False}


async def test_a_refused_form_keeps_what_was_typed(house: House, anna: UUID, sit: Sit) -> None:
    desk = await sit(house.people["receptionist"])
    typed = {"name": "Eve", "email": "BAERBEL@example.ch", "phone": "", "language": "de"}
    answer = await desk.press(f"{LIST}/add", **typed)
    assert answer.status_code == 409
    assert "Bärbel Müller" in answer.text
    assert f"{LIST}/{anna}" in answer.text
    assert 'value="BAERBEL@example.ch"' in answer.text
    wrong = await desk.press(f"{LIST}/{anna}/edit", **{**typed, "name": "", "phone": "12"})
    assert wrong.status_code == 422
    note = await desk.press(f"{LIST}/{anna}/notes", body="x" * 2001)
    assert note.status_code == 422
    assert "x" * 2001 in note.text


async def test_notes_allergies_and_consents_are_kept(
    house: House, anna: UUID, database: Database, sit: Sit
) -> None:
    desk = await sit(house.people["receptionist"])
    where = f"{LIST}/{anna}"
    assert (await desk.press(f"{where}/notes", body="Espresso")).status_code == 303
    assert (await desk.press(f"{where}/allergies", allergies="Latex")).status_code == 303
    said = {"kind": "marketing", "channel": "email", "granted": "yes"}
    assert (await desk.press(f"{where}/consents", **said)).status_code == 303
    page = await desk.page(where)
    assert "Latex" in text_of(page.select_one(".allergy") or page)
    async with database.transaction() as session:
        (note,) = await list_notes(session, salon_id=house.salon.id, client_id=anna)
        assert (await get_client(session, salon_id=house.salon.id, client_id=anna)).allergies
    assert (await desk.page(where)).find("form", action=f"{where}/notes/{note.id}/remove")
    gone = await desk.press(f"{where}/notes/{note.id}/remove")
    assert gone.status_code == 303
    assert "Espresso" not in text_of(await desk.page(where))


async def test_a_photo_is_shown_to_the_team_alone(house: House, anna: UUID, sit: Sit) -> None:
    ben = await sit(house.people["staff"])
    where = f"{LIST}/{anna}/photos"
    sent = await ben.client.post(
        where,
        data={"csrf": ben.csrf, "caption": "Before"},
        files={"photo": ("hair.jpg", photo(), "image/jpeg")},
        headers={"Origin": ORIGIN},
    )
    assert sent.status_code == 303
    page = await ben.page(f"{LIST}/{anna}")
    image = page.select_one("#photos img")
    assert image is not None
    shown = await ben.client.get(str(image["src"]))
    assert shown.headers["content-type"] == "image/webp"
    assert shown.headers["cache-control"] == "private, no-store"
    nothing = await ben.press(where, caption="x")
    assert nothing.status_code == 422


async def test_what_came_of_a_form_is_written_down(
    house: House, anna: UUID, database: Database, sit: Sit
) -> None:
    form_id = await make_form(database, house)
    desk = await sit(house.people["receptionist"])
    where = f"{LIST}/{anna}/forms"
    day = (utc_now() - timedelta(days=4)).date().isoformat()
    typed = {"form": str(form_id), "outcome": "passed", "day": day, "clock": "10:00"}
    assert (await desk.press(where, **typed)).status_code == 303
    assert "Valid until" in text_of(await desk.page(f"{LIST}/{anna}"))
    late = (utc_now() + timedelta(days=4)).date().isoformat()
    for wrong in ({"day": late}, {"day": "soon"}, {"form": "x"}, {"outcome": "maybe"}):
        assert (await desk.press(where, **{**typed, **wrong})).status_code == 422


async def test_a_form_is_made_and_asked_for(house: House, sit: Sit) -> None:
    owner = await sit(house.people["owner"])
    typed = {"name_en": "Patch test", "lead_hours": "48", "valid_days": "180"}
    made = await owner.press("/console/house/salon/forms/new", **typed, service=str(house.cut))
    assert made.status_code == 303
    page = await owner.page("/console/house/salon/forms")
    assert "Asked for by Cut" in text_of(page)
    link = page.select_one(".form-cards a")
    assert link is not None
    again = await owner.press(str(link["href"]), **{**typed, "lead_hours": "many"})
    assert again.status_code == 422
    assert 'value="many"' in again.text
    retired = await owner.press(f"{link['href']}/active", active="no")
    assert retired.status_code == 303
    assert "Not asked for" in text_of(await owner.page("/console/house/salon/forms"))


async def test_a_stylist_reaches_the_clients_of_their_own_visits_only(
    house: House, database: Database, sit: Sit
) -> None:
    annas = await add_visit(database, house, on(10, days=1), staff_id=house.anna, number=1)
    bens = await add_visit(database, house, on(10, days=1), staff_id=house.ben, number=2)
    ben = await sit(house.people["staff"])
    calendar = "/console/house/calendar/visits"
    for visit, reached in ((annas, False), (bens, True)):
        for address in (f"/console/house/visits/{visit}", f"{calendar}/{visit}/drawer"):
            page = await ben.page(address)
            assert bool(page.select("a[href^='mailto:'], a[href^='tel:']")) is reached, address
        own_link = "a[href*='/booking/']"
        assert bool((await ben.page(f"/console/house/visits/{visit}")).select(own_link)) is reached
