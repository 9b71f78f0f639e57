import asyncio

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from openchair.platform.db.engine import Database
from tests.web.console.conftest import House, Sit, acts_on, add_visit, on, status_of, text_of

BACK = "/console/house/day?date=2026-11-24&group=stylist"


async def test_arrived_and_undo_are_audited_with_before_and_after(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(9, days=-1))
    desk = await sit(house.people["receptionist"])
    answer = await desk.press(f"/console/house/visits/{visit}/arrived", back=BACK)
    assert answer.headers["location"] == f"{BACK}&did=arrived&visit={visit}#v-{visit}"
    assert await status_of(database, visit) == "arrived"
    page = await desk.page(answer.headers["location"])
    toast = page.select_one(".toast")
    assert toast is not None
    assert "Client 1 has arrived." in text_of(toast)
    undo = toast.select_one("form")
    assert undo is not None
    again = await desk.press(str(undo["action"]), back=BACK)
    assert again.status_code == 303
    assert await status_of(database, visit) == "confirmed"
    acts = [act for act in await acts_on(database, visit) if act.action == "mark"]
    assert [(act.details["before"], act.details["after"]) for act in acts] == [
        ("confirmed", "arrived"),
        ("arrived", "confirmed"),
    ]
    assert {act.user_id for act in acts} == {house.people["receptionist"]}
    assert all(act.ip_address and act.correlation_id for act in acts)


async def test_a_no_show_can_be_said_once_the_visit_has_begun_and_taken_back(
    house: House, database: Database, sit: Sit
) -> None:
    past, coming = (
        await add_visit(database, house, on(9, days=-1)),
        await add_visit(database, house, on(9, days=7), number=2),
    )
    desk = await sit(house.people["receptionist"])
    early = await desk.press(f"/console/house/visits/{coming}/no-show")
    assert early.status_code == 409
    assert "has not begun yet" in early.text
    await desk.press(f"/console/house/visits/{past}/no-show")
    assert await status_of(database, past) == "no_show"
    await desk.press(f"/console/house/visits/{past}/undo")
    assert await status_of(database, past) == "confirmed"


async def test_a_visit_ahead_has_no_marks_and_says_what_to_do(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(9, days=2))
    desk = await sit(house.people["receptionist"])
    day = f"/console/house/day?date={on(9, days=2).date()}"
    for address in (day, f"/console/house/visits/{visit}"):
        page = await desk.page(address)
        forms = [str(form["action"]) for form in page.select("form[action*='/visits/']")]
        assert [form for form in forms if form.endswith(("/arrived", "/no-show"))] == []
        assert page.select_one(f"a[href^='/console/house/visits/{visit}/cancel']") is not None
    for mark in ("arrived", "in-chair", "done", "paid"):
        refused = await desk.press(f"/console/house/visits/{visit}/{mark}", back=day)
        assert refused.status_code == 409
        told = text_of(BeautifulSoup(refused.text, "html.parser"))
        assert f"{on(9, days=2):%-d}" in told
        assert "Move it to today first, if its client is here." in told
    assert await status_of(database, visit) == "confirmed"


async def test_a_visit_of_today_is_marked_at_any_hour(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(16, 30))
    desk = await sit(house.people["receptionist"])
    answer = await desk.press(f"/console/house/visits/{visit}/arrived")
    assert answer.status_code == 303
    assert await status_of(database, visit) == "arrived"


async def test_a_cancellation_is_confirmed_by_name_kept_with_its_reason_and_taken_back(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(10, days=7))
    desk = await sit(house.people["receptionist"])
    asked = await desk.page(f"/console/house/visits/{visit}/cancel")
    assert "Cancel the visit of Client 1" in text_of(asked)
    assert "the client gets a mail" in text_of(asked)
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE bookings SET contact_email = NULL, contact_phone = '+41791234567'")
        )
    by_sms = await desk.page(f"/console/house/visits/{visit}/cancel")
    assert "the client gets an SMS" in text_of(by_sms)
    answer = await desk.press(f"/console/house/visits/{visit}/cancel", reason="Has a cold")
    assert answer.status_code == 303
    assert await status_of(database, visit) == "cancelled"
    page = await desk.page(f"/console/house/visits/{visit}")
    assert "Reason: Has a cold" in text_of(page)
    assert "Expected → Cancelled · Has a cold" in text_of(page)
    await desk.press(f"/console/house/visits/{visit}/undo")
    assert await status_of(database, visit) == "confirmed"
    acts = [act.action for act in await acts_on(database, visit)]
    assert acts == ["create", "cancel", "restore"]


async def test_a_restored_visit_takes_its_time_again(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(10, days=7))
    desk = await sit(house.people["receptionist"])
    await desk.press(f"/console/house/visits/{visit}/cancel")
    other = await add_visit(database, house, on(10, days=7), number=2)
    refused = await desk.press(f"/console/house/visits/{visit}/undo")
    assert refused.status_code == 409
    assert "has been given to somebody else" in refused.text
    assert await status_of(database, visit) == "cancelled"
    await desk.press(f"/console/house/visits/{other}/cancel")
    assert (await desk.press(f"/console/house/visits/{visit}/undo")).status_code == 303
    again = await desk.press(f"/console/house/visits/{other}/undo")
    assert again.status_code == 409


async def test_two_people_press_the_same_button_at_once(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(9, days=-1))
    seats = [await sit(house.people[role]) for role in ("owner", "receptionist")]
    answers = await asyncio.gather(
        *(seat.press(f"/console/house/visits/{visit}/arrived") for seat in seats)
    )
    assert [answer.status_code for answer in answers] == [303, 303]
    marks = [act for act in await acts_on(database, visit) if act.action == "mark"]
    assert len(marks) == 1


async def test_two_people_press_different_buttons_at_once_and_one_wins(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(9, days=-1))
    owner, desk = await sit(house.people["owner"]), await sit(house.people["receptionist"])
    answers = await asyncio.gather(
        owner.press(f"/console/house/visits/{visit}/cancel"),
        desk.press(f"/console/house/visits/{visit}/arrived"),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "in the meantime" in refused.text
    assert await status_of(database, visit) in {"cancelled", "arrived"}


async def test_a_reason_that_is_too_long_is_kept_and_asked_for_again(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(10, days=7))
    desk = await sit(house.people["receptionist"])
    answer = await desk.press(f"/console/house/visits/{visit}/cancel", reason="very " * 200)
    assert answer.status_code == 422
    assert "very very" in answer.text
    assert "under 500 characters" in answer.text
    assert await status_of(database, visit) == "confirmed"


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example/console/", "/api"])
async def test_a_button_leads_nowhere_else(
    back: str, house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(9, days=-1))
    desk = await sit(house.people["receptionist"])
    answer = await desk.press(f"/console/house/visits/{visit}/arrived", back=back)
    assert answer.headers["location"].startswith("/console/house/day?did=arrived")


@pytest.mark.parametrize("visit", ["nonsense", "00000000-0000-0000-0000-000000000000"])
async def test_a_visit_that_does_not_exist_is_not_found(visit: str, house: House, sit: Sit) -> None:
    desk = await sit(house.people["receptionist"])
    for answer in (
        await desk.client.get(f"/console/house/visits/{visit}"),
        await desk.press(f"/console/house/visits/{visit}/arrived"),
    ):
        assert answer.status_code == 404
