from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag

from openchair.booking.catalogue.models import StaffRow
from openchair.identity.accounts.models import ProfileRow
from openchair.platform.db.engine import Database
from openchair.salons.models import HolidayRow
from tests.web.console.conftest import House, Sit, add_visit, on, text_of

DAY = "/console/house/day"


def rows(page: BeautifulSoup) -> list[Tag]:
    return page.select("li.row")


async def test_the_day_shows_who_comes_when_to_whom_and_how_to_reach_them(
    house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(10, days=7), note="Comes with a pram")
    await add_visit(database, house, on(9, days=7), staff_id=house.ben, number=2)
    await add_visit(database, house, on(9, days=8), number=3)
    desk = await sit(house.people["receptionist"])
    page = await desk.page(f"{DAY}?date={on(9, days=7).date()}")
    first, second = rows(page)
    for told in ("09:00", "09:30", "Client 2", "Cut", "Ben", "client2@example.com", "CHF"):
        assert told in text_of(first)
    assert "Comes with a pram" in text_of(second)
    assert "2 visits · 2 expected" in text_of(page)


@pytest.mark.parametrize(
    ("role", "takings"), [("owner", "CHF 100"), ("staff", "CHF 50"), ("receptionist", "")]
)
async def test_a_stylist_sees_own_takings_and_the_desk_none(
    house: House, database: Database, sit: Sit, role: str, takings: str
) -> None:
    await add_visit(database, house, on(10, days=7))
    await add_visit(database, house, on(9, days=7), staff_id=house.ben, number=2)
    seat = await sit(house.people[role])
    day = on(9, days=7).date()
    board = await seat.client.get(f"/console/house/calendar/board?first={day}&last={day}")
    summary = [each.replace("\xa0", " ") for each in board.json()["summary"]]
    assert summary[2:] == ([takings] if takings else [])
    head = "2 visits · 2 expected"
    told = text_of(await seat.page(f"{DAY}?date={day}"))
    assert (f"{head} · {takings}" if takings else head) in told
    assert takings or f"{head} · CHF" not in told


async def test_without_a_date_it_is_the_salons_today(house: House, sit: Sit) -> None:
    desk = await sit(house.people["receptionist"])
    page = await desk.page(DAY)
    field = page.select_one("input[name=date]")
    assert field is not None
    assert field["value"] == on(12).date().isoformat()
    chosen = page.select(".strip [aria-current=date]")
    assert len(chosen) == 1
    assert "today" in text_of(chosen[0])


async def test_the_list_can_be_of_one_stylist_or_grouped_by_stylist(
    house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(9, days=7), staff_id=house.ben, number=1)
    await add_visit(database, house, on(10, days=7), staff_id=house.anna, number=2)
    desk = await sit(house.people["receptionist"])
    day = on(9, days=7).date()
    only = await desk.page(f"{DAY}?date={day}&staff={house.anna}")
    assert [text_of(row).count("Client 2") > 0 for row in rows(only)] == [True]
    grouped = await desk.page(f"{DAY}?date={day}&group=stylist")
    assert [text_of(head) for head in grouped.select(".group-name")] == ["Anna 1", "Ben 1"]


async def test_an_empty_day_says_why(house: House, database: Database, sit: Sit) -> None:
    desk = await sit(house.people["receptionist"])
    monday = on(9).date() - timedelta(days=on(9).weekday()) + timedelta(days=28)
    page = await desk.page(f"{DAY}?date={monday}")
    assert f"Nobody is booked on Monday, {monday.day} {monday:%B} yet." in text_of(page)
    alone = await desk.page(f"{DAY}?date={monday}&staff={house.anna}")
    assert "Nobody is booked with Anna on" in text_of(alone)
    async with database.transaction() as session:
        session.add(
            HolidayRow(
                salon_id=house.salon.id,
                location_id=house.salon.location.id,
                date=monday,
                name={"en": "Fair"},
            )
        )
    closed = text_of(await desk.page(f"{DAY}?date={monday}"))
    assert "Closed: Fair" in closed
    assert "the salon is closed." in closed


async def test_a_day_with_very_many_visits_has_pages(
    house: House, database: Database, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openchair.web.console.day.PAGE_ROWS", 2)
    for number in range(5):
        await add_visit(database, house, on(9 + number, days=7), number=number)
    desk = await sit(house.people["receptionist"])
    address, seen = f"{DAY}?date={on(9, days=7).date()}", []
    while address:
        page = await desk.page(address)
        seen += [text_of(row)[:5] for row in rows(page)]
        onward = page.select_one(".list > .more:last-child a")
        address = str(onward["href"]) if onward and "after=" in str(onward["href"]) else ""
    assert seen == ["09:00", "10:00", "11:00", "12:00", "13:00"]


@pytest.mark.parametrize(
    "query",
    [
        "date=soon",
        "date=2026-02-30",
        "date=0001-01-01",
        "date=9999-12-31",
        "staff=x",
        "after=x~y",
        "after=2026-11-24T09:00:00~00000000-0000-0000-0000-000000000000",
    ],
)
async def test_what_cannot_be_meant_is_refused_with_a_way_on(
    query: str, house: House, sit: Sit
) -> None:
    desk = await sit(house.people["receptionist"])
    answer = await desk.client.get(f"{DAY}?{query}")
    assert answer.status_code == 422
    assert 'href="/console"' in answer.text
    assert answer.headers["x-correlation-id"] in answer.text


async def test_words_of_clients_stay_words(house: House, database: Database, sit: Sit) -> None:
    await add_visit(database, house, on(9, days=7), note="<script>alert(1)</script>")
    async with database.transaction() as session:
        member = await session.get(StaffRow, (house.salon.id, house.anna))
        assert member is not None
        member.name = '"><img src=x onerror=alert(1)>'
    desk = await sit(house.people["receptionist"])
    answer = await desk.client.get(f"{DAY}?date={on(9, days=7).date()}")
    assert "<script>" not in answer.text
    assert "<img" not in answer.text


@pytest.mark.parametrize("language,word", [("de", "Termin"), ("pl", "wizyta"), ("uk", "візит")])
async def test_the_console_speaks_the_persons_language(
    language: str, word: str, house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(9, days=7))
    async with database.transaction() as session:
        account = await session.get(ProfileRow, house.people["owner"])
        assert account is not None
        account.language = language
    owner = await sit(house.people["owner"])
    page = await owner.page(f"{DAY}?date={on(9, days=7).date()}")
    assert f"1 {word}" in text_of(page)
    missing = await owner.client.get("/console/house/nothing")
    assert missing.headers["content-language"] == language
