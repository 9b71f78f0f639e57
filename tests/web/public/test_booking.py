"""The wizard over HTTP: what a browser without scripts sends, and what nobody should send."""

from datetime import timedelta
from uuid import uuid4

import pytest
from httpx import AsyncClient

from openchair.platform.clock import utc_now
from tests.web.public.conftest import House, Visitor

DETAILS = {"name": "Anna Muster", "email": "anna@example.com", "terms": "1"}


async def first_time(visitor: Visitor, house: House, **fields: str) -> dict[str, str]:
    """The hidden fields and the last start that the times page offers for a day ahead."""
    day = (utc_now() + timedelta(days=3)).date()
    service = fields.get("service", str(house.cut))
    page = await visitor.page(f"/book/time?service={service}&staff={house.anna}&date={day}")
    chips = page.select(".chip-time")
    hidden = {str(each["name"]): str(each["value"]) for each in page.select(".times input")}
    return {**hidden, "start": str(chips[-1]["value"])}


async def held(visitor: Visitor, house: House) -> dict[str, str]:
    """The fields of a details page."""
    answer = await visitor.send("/book/hold", await first_time(visitor, house))
    assert answer.status_code == 303
    page = await visitor.page(answer.headers["location"].partition("/en")[2])
    return {str(e["name"]): str(e["value"]) for e in page.select("form.details input[type=hidden]")}


async def test_a_visit_is_booked_and_shown(visitor: Visitor, house: House) -> None:
    answer = await visitor.send("/book/details", {**await held(visitor, house), **DETAILS})
    assert answer.status_code == 303
    page = await visitor.page(answer.headers["location"].partition("/en")[2])
    assert page.select_one(".visit-time") is not None
    assert "anna@example.com" in page.get_text()


async def test_who_gives_only_a_number_is_told_by_sms(visitor: Visitor, house: House) -> None:
    by_phone = {**DETAILS, "email": "", "phone": "079 123 45 67"}
    answer = await visitor.send("/book/details", {**await held(visitor, house), **by_phone})
    page = await visitor.page(answer.headers["location"].partition("/en")[2])
    assert "A confirmation is on its way to +41791234567." in page.get_text()


async def test_the_same_form_twice_books_once(visitor: Visitor, house: House) -> None:
    form = {**await held(visitor, house), **DETAILS}
    first, second = [await visitor.send("/book/details", form) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]


async def test_another_window_learns_that_it_is_booked(visitor: Visitor, house: House) -> None:
    form = {**await held(visitor, house), **DETAILS}
    await visitor.send("/book/details", form)
    answer = await visitor.send("/book/details", {**form, "name": "Somebody else"})
    assert answer.status_code == 422
    assert "booked already, from another window" in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 10_000),
        ("name", "null\x00byte"),
        ("email", "nobody"),
        ("phone", "12"),
        ("terms", ""),
        ("note", "n" * 2000),
    ],
)
async def test_a_wrong_field_says_so_and_keeps_the_rest(
    visitor: Visitor, house: House, field: str, value: str
) -> None:
    form = {**await held(visitor, house), **DETAILS, field: value}
    answer = await visitor.send("/book/details", form)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert "Anna Muster" in answer.text or field == "name"


async def test_right_to_left_and_emoji_are_welcome(visitor: Visitor, house: House) -> None:
    form = {**await held(visitor, house), **DETAILS, "name": "\u05d0\u05e0\u05d4 \U0001f487"}
    assert (await visitor.send("/book/details", form)).status_code == 303


async def test_a_forged_hold_leads_back_to_the_times(visitor: Visitor, house: House) -> None:
    form = {"hold": str(uuid4()), "service": str(house.cut), **DETAILS}
    answer = await visitor.send("/book/details", form)
    assert answer.status_code == 404
    assert "Please choose a time again" in answer.text
    assert "chip-time" in answer.text


@pytest.mark.parametrize(
    "start", ["", "now", "2020-01-01T10:00:00+00:00", "9999-12-31T23:45+00:00"]
)
async def test_case_12_a_tampered_start_holds_nothing(
    visitor: Visitor, house: House, start: str
) -> None:
    form = {**await first_time(visitor, house), "start": start}
    answer = await visitor.send("/book/hold", form)
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "soon", "2026-13-40"])
async def test_an_impossible_date_is_no_failure(visitor: Visitor, house: House, day: str) -> None:
    page = await visitor.page(f"/book/time?service={house.cut}&date={day}&from={day}")
    assert page.select("a.day")


async def test_services_of_nobody_are_left_out(visitor: Visitor, house: House) -> None:
    page = await visitor.page(f"/book?service={uuid4()}&service={house.cut}&service=x")
    assert "no longer offered here" in page.get_text()
    assert len(page.select(".basket-lines li")) == 1


async def test_somebody_who_cannot_do_it_is_asked_again(visitor: Visitor, house: House) -> None:
    answer = await visitor.client.get(
        f"/{house.slug}/en/book/time?service={house.colour}&staff={house.ben}"
    )
    assert answer.status_code == 303
    assert "/book/staff" in answer.headers["location"]


async def test_one_person_for_each_service(visitor: Visitor, house: House) -> None:
    page = await visitor.page(f"/book/staff?service={house.cut}&service={house.colour}")
    assert len(page.select("select[name=staff]")) == 2
    query = f"service={house.cut}&service={house.colour}&staff={house.ben}&staff={house.anna}"
    times = await visitor.page(f"/book/time?{query}")
    assert times.select(".chip-time")


async def test_a_refused_form_survives_a_reload(visitor: Visitor, house: House) -> None:
    """What a reload or another language asks for is the form's address: it keeps the choice."""
    times = await visitor.page(f"/book/time?service={house.cut}")
    action = str(times.select(".times form")[0]["action"])
    back = await visitor.client.get(action)
    assert back.status_code == 303
    assert back.headers["location"].startswith(f"/{house.slug}/en/book/time?service={house.cut}")
    answer = await visitor.send("/book/hold", await first_time(visitor, house))
    details = await visitor.page(answer.headers["location"].partition("/en")[2])
    action = str(details.select("form.details")[0]["action"])
    again = await visitor.page(action.partition("/en")[2])
    assert again.select_one("form.details") is not None


async def test_a_cancelled_visit_asks_for_no_money(visitor: Visitor, house: House) -> None:
    answer = await visitor.send("/book/details", {**await held(visitor, house), **DETAILS})
    path = answer.headers["location"].partition("/en")[2].partition("?")[0]
    assert "You pay in the salon." in (await visitor.page(path)).get_text()
    await visitor.send(f"{path}/cancel", {})
    assert "You pay in the salon." not in (await visitor.page(path)).get_text()


@pytest.mark.parametrize("path", ["/book/hold", "/book/details"])
async def test_a_form_of_another_site_is_refused(
    client: AsyncClient, house: House, path: str
) -> None:
    answer = await client.post(
        f"/{house.slug}/en{path}", data={}, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403
    assert "another site" in answer.text
