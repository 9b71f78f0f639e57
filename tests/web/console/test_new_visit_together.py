"""The desk books a series or a group, and finds its client without scripts."""

from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, text

from openchair.booking.appointments.models import BookingRow
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from tests.web.console.conftest import House, Sit, add_visit, on, text_of
from tests.web.console.test_new_visit import NEW, count, form


async def test_a_series_with_one_conflict_is_asked_about_and_moved(
    house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(10, days=14))
    desk = await sit(house.people["receptionist"])
    until = (on(10, days=21)).date().isoformat()
    wanted = form(house, on(10, days=7), every_weeks="1", until=until)
    refused = await desk.press(NEW, **wanted)
    assert refused.status_code == 409
    page = BeautifulSoup(refused.text, "html.parser")
    (asked,) = page.select("select[name^=choice_]")
    assert "1 date cannot be had" in text_of(page)
    assert "Anna has Client 1, 10:00" in text_of(page)
    assert await count(database) == 1
    move = next(
        str(option["value"])
        for option in asked.select("option")
        if str(option["value"]).startswith("move:")
    )
    booked = await desk.press(NEW, **wanted, **{str(asked["name"]): move})
    assert booked.status_code == 303
    page = await desk.page(booked.headers["location"])
    assert len(page.select(".siblings li")) == 3
    assert "All visits of Olga Шевченко are booked." in text_of(page)


CONFIRMED = text("SELECT data FROM notifications WHERE kind = 'booking.confirmed'")


@pytest.mark.parametrize(
    ("until", "told"), [(-7, None), (7, [0, 7])], ids=["gone by", "still to come"]
)
async def test_of_a_series_that_began_in_the_past_what_is_to_come_is_told(
    house: House, database: Database, sit: Sit, until: int, told: list[int] | None
) -> None:
    """Its middle visit is today and not over, whenever the test runs."""
    desk = await sit(house.people["receptionist"])
    start = on(23, 58, days=-14 if until < 0 else -7)
    last = on(23, 58, days=until).date().isoformat()
    wanted = form(house, start, every_weeks="1", until=last, email="olga@example.org")
    asked = await desk.press(NEW, **wanted)
    assert "lies in the past" in asked.text
    meant = {**wanted, "meant": start.date().isoformat()}
    refused = await desk.press(NEW, **meant)
    overbooked = {
        str(each["name"]): "overbook"
        for each in BeautifulSoup(refused.text, "html.parser").select("select[name^=choice_]")
    }
    booked = await desk.press(NEW, **meant, **overbooked)
    assert booked.status_code == 303, booked.text
    async with database.transaction() as session:
        sent = (await session.execute(CONFIRMED)).scalars().all()
    dates = [
        [
            datetime.fromisoformat(each).astimezone(start.tzinfo)
            for each in (data["start"], *data.get("also", ()))
        ]
        for data in sent
    ]
    assert dates == ([[on(23, 58, days=day) for day in told]] if told else [])


@pytest.mark.parametrize("days", [-1, 7])
async def test_a_group_that_came_yesterday_is_not_told_so_today(
    house: House, database: Database, sit: Sit, days: int
) -> None:
    desk = await sit(house.people["receptionist"])
    start = on(10, days=days)
    wanted = form(
        house,
        start,
        group_name="Wedding",
        email="olga@example.org",
        person_2="Bea",
        person_staff_2=str(house.ben),
        person_contact_2="bea@example.org",
        meant=start.date().isoformat(),
    )
    booked = await desk.press(NEW, **wanted)
    assert booked.status_code == 303, booked.text
    async with database.transaction() as session:
        sent = (await session.execute(CONFIRMED)).scalars().all()
    assert len(sent) == (2 if days > 0 else 0)


async def test_a_series_without_an_end_is_asked_for_it_and_nothing_is_lost(
    house: House, database: Database, sit: Sit
) -> None:
    desk = await sit(house.people["receptionist"])
    answer = await desk.press(NEW, **form(house, on(10, days=7), every_weeks="2", note="Kept"))
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.select_one("#until-wrong") is not None
    assert "Kept" in answer.text
    assert await count(database) == 0


async def test_a_group_comes_together_or_not_at_all(
    house: House, database: Database, sit: Sit
) -> None:
    desk = await sit(house.people["receptionist"])
    wanted = form(
        house,
        on(10, days=7),
        group_name="Wedding",
        person_2="Bea",
        person_staff_2=str(house.anna),
    )
    refused = await desk.press(NEW, **wanted)
    assert refused.status_code == 409
    assert "Bea: This time is not free" in refused.text
    assert await count(database) == 0
    booked = await desk.press(NEW, **{**wanted, "person_staff_2": "", "key": new_id().hex})
    assert booked.status_code == 303, booked.text
    page = await desk.page(booked.headers["location"])
    assert "Wedding" in text_of(page)
    assert len(page.select(".siblings li")) == 2


async def test_each_of_a_group_may_be_reached_by_an_address_of_their_own(
    house: House, database: Database, sit: Sit
) -> None:
    desk = await sit(house.people["receptionist"])
    wanted = form(
        house,
        on(10, days=7),
        group_name="Wedding",
        person_4="Bea",
        person_contact_4="bea at example",
    )
    refused = await desk.press(NEW, **wanted)
    assert refused.status_code == 422
    page = BeautifulSoup(refused.text, "html.parser")
    assert page.select_one("#person_contact_4-wrong") is not None
    kept = page.select_one("#person_contact_4")
    assert kept is not None
    assert kept["value"] == "bea at example"
    booked = await desk.press(NEW, **{**wanted, "person_contact_4": "bea@example.org"})
    assert booked.status_code == 303, booked.text
    async with database.transaction() as session:
        rows = (await session.scalars(select(BookingRow).order_by(BookingRow.contact_name))).all()
        told = (await session.execute(text("SELECT recipient FROM notifications"))).scalars().all()
    assert "bea@example.org" in {row.contact_email for row in rows}
    assert "bea@example.org" in told


@pytest.mark.parametrize(
    "part", ["person_contact_3", "person_service_3", "person_staff_3", "person_contact_5"]
)
async def test_nobody_of_a_group_vanishes_for_want_of_a_name(
    house: House, database: Database, sit: Sit, part: str
) -> None:
    desk = await sit(house.people["receptionist"])
    said = {
        "person_contact_3": "bea@example.org",
        "person_service_3": str(house.cut),
        "person_staff_3": str(house.ben),
        "person_contact_5": "bea@example.org",
    }[part]
    refused = await desk.press(NEW, **form(house, on(10, days=7), **{part: said}))
    assert refused.status_code == 422
    page = BeautifulSoup(refused.text, "html.parser")
    wrong = page.select_one(f"#person_{part[-1]}-wrong")
    assert wrong is not None
    assert all(each.has_attr("open") for each in wrong.find_parents("details"))
    assert said in refused.text
    assert await count(database) == 0


async def test_a_client_is_found_and_chosen_without_scripts(
    house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(10, days=14), number=5)
    desk = await sit(house.people["receptionist"])
    typed = form(house, on(10, days=7), name="", phone="", note="Kept", find="client 5")
    found = await desk.press(NEW, **typed, step="find")
    page = BeautifulSoup(found.text, "html.parser")
    (choice,) = page.select("button[name=choose]")
    assert "Client 5" in choice.get_text()
    assert "Kept" in found.text
    chosen = await desk.press(NEW, **typed, choose=str(choice["value"]))
    page = BeautifulSoup(chosen.text, "html.parser")
    sent = {
        name: str(field["value"])
        for name in ("client", "name", "phone", "email")
        if (field := page.select_one(f"input[name={name}]")) is not None
    }
    assert sent["name"] == "Client 5"
    booked = await desk.press(NEW, **{**typed, **sent, "find": ""})
    assert booked.status_code == 303, booked.text
    async with database.transaction() as session:
        rows = (await session.scalars(select(BookingRow).order_by(BookingRow.created_at))).all()
    assert len({row.customer_id for row in rows}) == 1
    assert rows[1].appointment_date - rows[0].appointment_date == timedelta(days=-7)


async def test_a_stylist_sends_the_form_as_it_came_and_books_one_visit(
    house: House, database: Database, sit: Sit
) -> None:
    ben = await sit(house.people["staff"])
    page = await ben.page(NEW)
    assert "phone" not in text_of(page.select_one("label[for=find]") or page)
    filled = {
        "service_1": str(house.cut),
        "date": on(10, days=7).date().isoformat(),
        "time": "10:00",
        "name": "Zoe",
        "phone": "+41791234567",
    }
    booked = await ben.press(NEW, **{**as_it_came(page), **filled})
    assert booked.status_code == 303, booked.text
    assert await count(database) == 1


def as_it_came(page: BeautifulSoup) -> dict[str, str]:
    """What a browser sends of a form in which nothing was typed: of a choice without a mark the
    first one.
    """
    sent = {}
    for field in page.select("main form input[name], main form select[name], main form textarea"):
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            sent[str(field["name"])] = str(chosen["value"]) if chosen else ""
        elif field.get("type") not in {"checkbox", "radio"}:
            sent[str(field["name"])] = str(field.get("value", ""))
    return sent
