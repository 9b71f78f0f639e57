"""The price list's pages: forms keep what was typed, two tabs are asked, pictures are safe."""

import re
from uuid import UUID

import pytest
from bs4 import BeautifulSoup, Tag
from httpx import AsyncClient, Response

from openchair.booking.catalogue.queries import Service, get_catalogue
from openchair.platform.db.engine import Database
from tests.media.pictures import bomb, photo
from tests.web.console.conftest import ORIGIN, House, Seat, Sit, add_visit, on, text_of

HOME = "/console/house/salon/services"


@pytest.fixture
async def owner(house: House, sit: Sit) -> Seat:
    return await sit(house.people["owner"])


def fields_of(page: BeautifulSoup, selector: str = "form[data-service]") -> dict[str, str]:
    """What a browser would send if the form were sent as it stands."""
    form = page.select_one(selector)
    assert isinstance(form, Tag)
    found = {}
    for field in form.select("input, textarea, select"):
        name, kind = str(field.get("name")), field.get("type")
        if kind in {"checkbox", "radio"} and not field.has_attr("checked"):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            found[name] = str(chosen["value"]) if chosen else ""
        else:
            found[name] = field.get_text() if field.name == "textarea" else str(field["value"])
    return found


async def offered(database: Database, house: House, service_id: UUID) -> Service | None:
    async with database.transaction() as session:
        catalogue = await get_catalogue(session, salon_id=house.salon.id)
    return catalogue.service(service_id)


async def follow(seat: Seat, answer: Response) -> BeautifulSoup:
    assert answer.status_code == 303, answer.text
    return await seat.page(answer.headers["location"])


async def press_undo(seat: Seat, page: BeautifulSoup) -> Response:
    form = page.select_one(".toast form")
    assert isinstance(form, Tag)
    return await seat.press(str(form["action"]), **fields_of(page, ".toast form"))


async def test_a_new_service_is_on_the_site_at_once(
    owner: Seat, house: House, stranger: AsyncClient
) -> None:
    page = await owner.page(f"{HOME}/new")
    typed = {**fields_of(page), "name_en": "Gloss", "price": "1'089.50", "processing_minutes": "20"}
    shown = await follow(owner, await owner.press(f"{HOME}/new", **typed))
    assert "Added." in text_of(shown)
    assert "20 mins processing: the stylist is free" in text_of(shown)
    home = await stranger.get("/house/en")
    assert "Gloss" in home.text
    assert re.search(r"1.089\.50", home.text)
    gone = await follow(owner, await press_undo(owner, shown))
    assert "Gloss" not in text_of(gone)


async def test_what_was_typed_is_kept_and_everything_wrong_is_told(owner: Seat) -> None:
    page = await owner.page(f"{HOME}/new")
    typed = {**fields_of(page), "name_de": "Nur deutsch", "price": "viel", "active_minutes": "x"}
    answer = await owner.press(f"{HOME}/new", **typed)
    assert answer.status_code == 422
    again = BeautifulSoup(answer.text, "html.parser")
    assert fields_of(again)["name_de"] == "Nur deutsch"
    assert fields_of(again)["price"] == "viel"
    assert {str(each["id"]) for each in again.select(".wrong[id]")} == {
        *("price-wrong", "active_minutes-wrong")
    }
    typed |= {"price": "89", "active_minutes": "3"}
    answer = await owner.press(f"{HOME}/new", **typed)
    again = BeautifulSoup(answer.text, "html.parser")
    assert {str(each["id"]) for each in again.select(".wrong[id]")} == {
        *("name_en-wrong", "active_minutes-wrong")
    }


async def test_saving_nothing_new_changes_nothing(owner: Seat, house: House) -> None:
    page = await owner.page(f"{HOME}/{house.cut}")
    shown = await follow(owner, await owner.press(f"{HOME}/{house.cut}", **fields_of(page)))
    assert "Nothing was different" in text_of(shown)


async def test_two_tabs_are_asked(owner: Seat, house: House, database: Database) -> None:
    address = f"{HOME}/{house.cut}"
    first, second = await owner.page(address), await owner.page(address)
    await owner.press(address, **{**fields_of(first), "price": "70"})
    answer = await owner.press(address, **{**fields_of(second), "price": "75"})
    assert answer.status_code == 409
    asked = BeautifulSoup(answer.text, "html.parser")
    assert "Price 70" in text_of(asked)
    assert fields_of(asked)["price"] == "75"
    await follow(owner, await owner.press(address, **fields_of(asked)))
    service = await offered(database, house, house.cut)
    assert service is not None
    assert service.price_minor == 7500


async def test_own_prices_and_who_does_it(owner: Seat, house: House, database: Database) -> None:
    address = f"{HOME}/{house.cut}"
    typed = fields_of(await owner.page(address))
    del typed[f"does_{house.ben}"]
    typed |= {f"own_price_{house.anna}": "66,5", f"own_active_{house.anna}": "40"}
    await follow(owner, await owner.press(address, **typed))
    service = await offered(database, house, house.cut)
    assert service is not None
    assert service.staff_ids == (house.anna,)
    assert service.terms[house.anna].price_minor == 6650
    assert service.terms[house.anna].active_minutes == 40


async def test_visits_to_come_are_told_before_it_is_archived(
    owner: Seat, house: House, database: Database
) -> None:
    await add_visit(database, house, on(11, days=3))
    asked = await owner.press(f"{HOME}/{house.cut}/archive")
    assert asked.status_code == 409
    assert "1 visit is still to come." in asked.text
    assert await offered(database, house, house.cut)
    page = await follow(owner, await owner.press(f"{HOME}/{house.cut}/archive", sure="yes"))
    assert not await offered(database, house, house.cut)
    await follow(owner, await press_undo(owner, page))
    assert await offered(database, house, house.cut)


async def test_an_order_is_saved_and_taken_back(owner: Seat) -> None:
    for name in ("Wash", "Dry"):
        page = await owner.page(f"{HOME}/new")
        await owner.press(f"{HOME}/new", **{**fields_of(page), "name_en": name})

    def rows(page: BeautifulSoup) -> list[str]:
        return [text_of(each) for each in page.select(".offer-name")]

    page = await owner.page(f"{HOME}?order=yes")
    assert rows(page) == ["Cut", "Wash", "Dry"]
    ids = [str(each["data-id"]) for each in page.select(".offer")]
    moved = await follow(owner, await owner.press(f"{HOME}/order", move=f"{ids[2]}:-1"))
    assert rows(moved) == ["Cut", "Dry", "Wash"]
    dragged = await owner.press(f"{HOME}/order", ids=",".join(reversed(ids)), moved=ids[0])
    page = await follow(owner, dragged)
    assert rows(page) == ["Dry", "Wash", "Cut"]
    back = await follow(owner, await press_undo(owner, page))
    assert rows(back) == ["Cut", "Dry", "Wash"]
    stale = await follow(owner, await owner.press(f"{HOME}/order", ids=",".join(ids[:2])))
    assert "The list has changed meanwhile" in text_of(stale)


async def send_picture(seat: Seat, service: UUID, content: bytes, **fields: str) -> Response:
    return await seat.client.post(
        f"{HOME}/{service}/picture",
        data={"csrf": seat.csrf, **fields},
        files={"picture": ("face.jpg", content, "image/jpeg")},
        headers={"Origin": ORIGIN},
    )


async def test_a_picture_is_sent_shown_and_taken_away(
    owner: Seat, house: House, stranger: AsyncClient
) -> None:
    shown = await follow(owner, await send_picture(owner, house.cut, photo(1600, 1200)))
    picture = shown.select_one("img.side-picture")
    assert isinstance(picture, Tag)
    assert (await stranger.get(str(picture["src"]))).headers["content-type"] == "image/webp"
    home = await stranger.get("/house/en")
    found = re.search(
        r'<img class="thumbnail" src="([^"]+)" srcset="[^"]+" sizes="72px"', home.text
    )
    assert found
    assert (await stranger.get(found[1])).status_code == 200
    wizard = await stranger.get("/house/en/book")
    assert found[1] in wizard.text
    bare = await follow(owner, await owner.press(f"{HOME}/{house.cut}/picture", remove="yes"))
    assert not bare.select("img.side-picture[src]")
    back = await follow(owner, await press_undo(owner, bare))
    assert back.select("img.side-picture[src]")


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", bomb(), photo()[:3000]])
async def test_a_hostile_file_is_refused_beside_its_field(
    content: bytes, owner: Seat, house: House, stranger: AsyncClient
) -> None:
    answer = await send_picture(owner, house.cut, content)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.select_one("#picture-wrong")
    assert "<img" not in (await stranger.get("/house/en")).text


async def test_a_file_that_is_too_large_is_not_read(owner: Seat, house: House) -> None:
    answer = await send_picture(owner, house.cut, b"x" * (22 * 1024 * 1024))
    assert answer.status_code == 413
    elsewhere = await owner.press(f"{HOME}/{house.cut}", name_en="x" * 70_000)
    assert elsewhere.status_code == 413


async def test_an_empty_price_list_teaches(owner: Seat, house: House, database: Database) -> None:
    page = await follow(owner, await owner.press(f"{HOME}/{house.cut}/archive"))
    archived = await owner.page(f"{HOME}/archived")
    assert "Cut" in text_of(archived)
    heading = (await owner.page(f"{HOME}/{house.cut}")).select_one("#category_id option")
    assert isinstance(heading, Tag)
    assert "Nothing is offered yet." in text_of(page)
    made = await owner.press(f"{HOME}/categories/new", name_en="Beard", colour="#1c7ed6")
    assert "Nothing stands here yet." in text_of(await follow(owner, made))
