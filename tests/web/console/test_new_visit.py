"""Case 3: the desk overlaps on purpose; it is warned, allowed and audited."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from httpx import Response
from sqlalchemy import func, select

from openchair.booking.appointments.models import BookingRow
from openchair.notifications.models import QueuedMessage
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from tests.web.console.conftest import House, Sit, acts_on, add_visit, on, status_of, text_of

NEW = "/console/house/new"


def form(house: House, start: datetime, **changes: str) -> dict[str, Any]:
    return {
        "service_1": str(house.cut),
        "staff_1": str(house.anna),
        "date": start.date().isoformat(),
        "time": f"{start:%H:%M}",
        "name": "Olga Шевченко",
        "phone": "071 222 33 44",
        "language": "uk",
        "key": new_id().hex,
        **changes,
    }


def page_of(answer: Response) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


async def count(database: Database) -> int:
    async with database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(BookingRow)) or 0


async def test_the_desk_books_for_a_client_and_sees_it_on_the_day(
    house: House, database: Database, sit: Sit
) -> None:
    desk = await sit(house.people["receptionist"])
    answer = await desk.press(NEW, **form(house, on(10, 5, days=7), note="Allergic to nuts"))
    assert answer.status_code == 303
    page = await desk.page(answer.headers["location"])
    assert "Olga Шевченко is booked." in text_of(page)
    assert "+41 71 222 33 44" in text_of(page)
    assert "Allergic to nuts" in text_of(page)
    async with database.transaction() as session:
        row = (await session.scalars(select(BookingRow))).one()
    assert (row.source, row.language, row.overbooked) == ("console", "uk", False)
    act = (await acts_on(database, row.id))[0]
    assert (act.action, act.user_id) == ("create", house.people["receptionist"])


async def test_case_3_overbooking_is_warned_confirmed_and_audited(
    house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(10, days=7))
    desk = await sit(house.people["receptionist"])
    wanted = form(house, on(10, days=7))
    refused = await desk.press(NEW, **wanted)
    assert refused.status_code == 409
    page = page_of(refused)
    assert "This time is not free" in text_of(page)
    assert len(page.select(".warning .chip")) == 6
    kept = page.select_one("#name")
    assert kept is not None
    assert kept["value"] == "Olga Шевченко"
    warned = page.select_one("input[name=warned]")
    assert warned is not None

    unticked = await desk.press(NEW, **wanted, warned=str(warned["value"]))
    unwarned = await desk.press(NEW, **wanted, sure="yes")
    assert [unticked.status_code, unwarned.status_code] == [409, 409]
    assert await count(database) == 1

    answer = await desk.press(NEW, **wanted, warned=str(warned["value"]), sure="yes")
    assert answer.status_code == 303
    async with database.transaction() as session:
        row = (await session.scalars(select(BookingRow).where(BookingRow.overbooked))).one()
    act = (await acts_on(database, row.id))[0]
    assert act.user_id == house.people["receptionist"]
    assert act.details["overbooked"] is True
    told = text_of(await desk.page(f"/console/house/visits/{row.id}"))
    assert "Overbooked" in told
    assert "booked over a taken time" in told


async def test_a_warning_for_one_time_does_not_cover_another(
    house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(10, days=7))
    await add_visit(database, house, on(11, days=7), number=2)
    desk = await sit(house.people["receptionist"])
    refused = await desk.press(NEW, **form(house, on(10, days=7)))
    warned = page_of(refused).select_one("input[name=warned]")
    assert warned is not None
    other = await desk.press(
        NEW, **form(house, on(11, days=7)), warned=str(warned["value"]), sure="yes"
    )
    assert other.status_code == 409
    assert await count(database) == 2


async def test_a_client_who_is_here_already_is_asked_about(
    house: House, database: Database, sit: Sit
) -> None:
    desk = await sit(house.people["receptionist"])
    await desk.press(NEW, **form(house, on(10, days=7)))
    again = form(house, on(10, days=7), staff_1=str(house.ben))
    refused = await desk.press(NEW, **again)
    assert refused.status_code == 409
    assert "already has a visit" in refused.text
    warned = page_of(refused).select_one("input[name=warned]")
    assert warned is not None
    answer = await desk.press(NEW, **again, warned=str(warned["value"]), sure="yes")
    assert answer.status_code == 303


async def test_pressed_twice_it_is_booked_once(house: House, database: Database, sit: Sit) -> None:
    desk = await sit(house.people["receptionist"])
    wanted = form(house, on(10, days=7))
    answers = await asyncio.gather(desk.press(NEW, **wanted), desk.press(NEW, **wanted))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert await count(database) == 1


async def test_free_times_are_offered_and_one_press_takes_one_over(
    house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(10, days=7))
    desk = await sit(house.people["receptionist"])
    shown = await desk.press(NEW, **form(house, on(9, days=7), step="times", name=""))
    assert shown.status_code == 200
    chips = [str(chip["value"]) for chip in page_of(shown).select(".chip")]
    day = on(9, days=7).date()
    assert f"{day}T09:00" in chips
    assert f"{day}T10:00" not in chips
    picked = await desk.press(NEW, **form(house, on(9, days=7), pick=f"{day}T11:15"))
    field = page_of(picked).select_one("#time")
    assert field is not None
    assert field["value"] == "11:15"
    assert await count(database) == 1


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"service_1": ""}, "service_1"),
        ({"service_1": "x"}, "service_1"),
        ({"service_1": "00000000-0000-0000-0000-000000000000"}, "service_1"),
        ({"staff_1": "x"}, "staff_1"),
        ({"date": "soon"}, "date"),
        ({"date": "9999-12-31"}, "date"),
        ({"time": ""}, "time"),
        ({"time": "25:00"}, "time"),
        ({"name": " "}, "name"),
        ({"name": "x" * 10_000}, "name"),
        ({"phone": "12"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"phone": "", "email": ""}, "email"),
        ({"note": "x" * 1001}, "note"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    changes: dict[str, str], field: str, house: House, database: Database, sit: Sit
) -> None:
    desk = await sit(house.people["receptionist"])
    answer = await desk.press(NEW, **form(house, on(10, days=7), **changes))
    assert answer.status_code == 422
    page = page_of(answer)
    assert page.select_one(f"#{field}[aria-invalid=true]") is not None
    assert page.select_one(f"#{field}-wrong") is not None
    if "note" not in changes:
        kept = page.select_one("#name")
        assert kept is not None
        assert kept["value"] == changes.get("name", "Olga Шевченко")
    assert await count(database) == 0


async def test_case_14_a_time_that_the_clocks_skip_is_refused(house: House, sit: Sit) -> None:
    skipped = datetime(2027, 3, 28, 2, 30, tzinfo=ZoneInfo("UTC"))
    desk = await sit(house.people["receptionist"])
    answer = await desk.press(NEW, **form(house, skipped))
    assert answer.status_code == 422
    assert "The clocks skip this time" in answer.text


async def test_a_stylist_books_to_themselves_only(
    house: House, database: Database, sit: Sit
) -> None:
    ben = await sit(house.people["staff"])
    page = await ben.page(NEW)
    offered = [str(option["value"]) for option in page.select("#staff_1 option")]
    assert offered == [str(house.ben)]
    refused = await ben.press(NEW, **form(house, on(10, days=7)))
    assert refused.status_code == 422
    answer = await ben.press(NEW, **form(house, on(10, days=7), staff_1=str(house.ben)))
    assert answer.status_code == 303


async def test_a_walk_in_may_begin_a_moment_ago_and_off_the_grid(
    house: House, database: Database, sit: Sit
) -> None:
    desk = await sit(house.people["receptionist"])
    began = on(10, 7, days=-1)
    answer = await desk.press(NEW, **form(house, began, meant=began.date().isoformat()))
    assert answer.status_code == 303
    visit = UUID(answer.headers["location"].rpartition("#v-")[2])
    assert await status_of(database, visit) == "confirmed"


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "lies in the past"), (400, "is more than a year ahead")]
)
async def test_a_day_that_is_rarely_meant_is_asked_about_once(
    house: House, database: Database, sit: Sit, days: int, words: str
) -> None:
    desk = await sit(house.people["receptionist"])
    wanted = form(house, on(10, days=days), note="Forgotten")
    asked = await desk.press(NEW, **wanted)
    assert asked.status_code == 409
    page = page_of(asked)
    assert words in text_of(page)
    assert "Forgotten" in text_of(page)
    meant = page.select_one("input[name=meant]")
    assert meant is not None
    assert await count(database) == 0

    other = await desk.press(NEW, **form(house, on(10, days=days - 1)), meant=str(meant["value"]))
    assert other.status_code == 409
    booked = await desk.press(NEW, **wanted, meant=str(meant["value"]))
    assert booked.status_code == 303
    assert await count(database) == 1
    async with database.transaction() as session:
        told = await session.scalar(select(func.count()).select_from(QueuedMessage)) or 0
    assert bool(told) is (days > 0)  # nobody is told today that they come yesterday


async def test_a_day_that_is_meant_stays_so_when_the_time_is_taken(
    house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(10, days=-1))
    desk = await sit(house.people["receptionist"])
    wanted = form(house, on(10, days=-1), meant=on(10, days=-1).date().isoformat())
    refused = await desk.press(NEW, **wanted)
    assert refused.status_code == 409
    page = page_of(refused)
    assert "This time is not free" in text_of(page)
    again = {name: page.select_one(f"input[name={name}]") for name in ("meant", "warned")}
    kept = {name: str(field["value"]) for name, field in again.items() if field is not None}
    assert (await desk.press(NEW, **{**wanted, **kept}, sure="yes")).status_code == 303


@pytest.mark.parametrize("days", [-5 * 366 - 1, 5 * 366 + 1])
async def test_a_year_nobody_can_mean_is_refused(
    house: House, database: Database, sit: Sit, days: int
) -> None:
    desk = await sit(house.people["receptionist"])
    start = on(10, days=days)
    for more in ({}, {"meant": start.date().isoformat()}, {"step": "times"}):
        refused = await desk.press(NEW, **form(house, start, **more))
        assert refused.status_code == 422
        wrong = page_of(refused).select_one("#date-wrong")
        assert wrong is not None
        assert "more than five years away" in text_of(wrong)
    assert await count(database) == 0
