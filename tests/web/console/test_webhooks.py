"""The page for the salon's own software: endpoints, their secrets, what was sent."""

from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from openchair.platform.db.engine import Database
from openchair.webhooks.standard import key_of
from tests.web.console.conftest import House, Seat, Sit, text_of

PAGE = "/console/house/webhooks"


@pytest.fixture
async def office(house: House, sit: Sit) -> Seat:
    return await sit(house.people["manager"])


async def make(office: Seat, **more: str) -> tuple[str, str]:
    """An endpoint made by the form: its address in the console, and its secret."""
    answer = await office.press(f"{PAGE}/new", url="https://example.com/hooks", **more)
    assert answer.status_code == 200, answer.text
    page = BeautifulSoup(answer.text, "html.parser")
    secret = page.select_one(".hook-secret")
    onward = page.select_one(".button-main")
    assert secret is not None
    assert onward is not None
    return str(onward["href"]), secret.text.strip()


async def acts(database: Database) -> list[str]:
    async with database.transaction() as session:
        found = await session.execute(
            text(
                "SELECT action FROM audit_logs WHERE resource_type = 'webhook_endpoint'"
                " ORDER BY created_at, id"
            )
        )
        return [each.removeprefix("webhook_endpoint.") for each in found.scalars()]


async def test_an_endpoint_is_made_and_its_secret_shown_once(office: Seat) -> None:
    empty = await office.page(PAGE)
    assert "Nobody is told yet." in text_of(empty)
    where, secret = await make(office, description="Our till", event="booking.confirmed")
    assert len(key_of(secret)) == 32
    for address in (PAGE, where):
        page = await office.page(address)
        assert "Our till" in text_of(page)
        assert "Visit booked" in text_of(page)
        assert secret not in str(page)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "https://example.com/webhooks"),
        ("http://example.com/", "https://"),
        ("https://10.0.0.1/", "private network"),
    ],
)
async def test_a_refused_form_keeps_what_was_typed(office: Seat, url: str, told: str) -> None:
    answer = await office.press(
        f"{PAGE}/new", url=url, description="Our <till>", event="booking.cancelled"
    )
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    wrong = page.select_one("#url-wrong")
    assert wrong is not None
    assert told in wrong.text
    kept = {str(field.get("name")): field.get("value") for field in page.select("input")}
    assert (kept["url"], kept["description"]) == (url, "Our <till>")
    ticked = [field["value"] for field in page.select("input[type=checkbox][checked]")]
    assert ticked == ["booking.cancelled"]


async def test_the_buttons_of_an_endpoint(office: Seat, database: Database) -> None:
    where, secret = await make(office)
    sent = await office.press(f"{where}/test")
    message = sent.headers["location"].partition("?")[0]
    page = await office.page(message)
    assert "webhook.test" in text_of(page)
    assert "Waits" in text_of(page)
    fresh = await office.press(f"{where}/rotate")
    assert secret not in fresh.text
    assert "whsec_" in fresh.text
    assert "sign until" in text_of(await office.page(where))
    assert (await office.press(f"{where}/disable")).status_code == 303
    page = await office.page(where)
    assert "Somebody of the team disabled it." in text_of(page)
    assert "Not sent" in text_of(page)
    refused = await office.press(f"{message}/replay")
    assert refused.status_code == 409
    assert "Please enable it first." in refused.text
    assert (await office.press(f"{where}/enable")).status_code == 303
    assert (await office.press(f"{message}/replay")).status_code == 303
    changed = await office.press(f"{where}/change", url="https://example.com/b", event="")
    assert changed.status_code == 303
    assert "https://example.com/b" in text_of(await office.page(where))
    assert await acts(database) == [
        "create", "test", "rotate", "disable", "enable", "replay", "change",
    ]  # fmt: skip


async def test_deleting_says_what_goes_and_asks(office: Seat, database: Database) -> None:
    where, _ = await make(office)
    await office.press(f"{where}/test")
    plan = text_of(await office.page(f"{where}/delete"))
    assert "1 message goes with it" in plan
    assert "1 of them has not arrived yet." in plan
    gone = await office.press(f"{where}/delete")
    assert gone.headers["location"].startswith(PAGE)
    assert (await office.client.get(where)).status_code == 404
    assert await acts(database) == ["create", "test", "delete"]


async def test_every_try_is_shown_and_answers_are_harmless(
    office: Seat, database: Database
) -> None:
    where, _ = await make(office)
    sent = await office.press(f"{where}/test")
    message = sent.headers["location"].partition("?")[0]
    async with database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO webhook_attempts"
                " (salon_id, id, message_id, number, status_code, answer, duration_ms)"
                " SELECT salon_id, gen_random_uuid(), id, 1, 500, '<script>alert(1)</script>', 12"
                " FROM webhook_messages WHERE id = :id"
            ),
            {"id": UUID(message.rpartition("/")[2])},
        )
    page = await office.page(message)
    assert "Answered 500" in text_of(page)
    assert "<script>alert(1)</script>" in text_of(page)
    assert all(str(each.get("src")).startswith("/static/") for each in page.select("script"))


async def test_long_histories_come_in_pages(office: Seat, database: Database) -> None:
    where, _ = await make(office)
    async with database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO webhook_messages"
                " (salon_id, id, endpoint_id, event_id, event_type, payload)"
                " SELECT salon_id, gen_random_uuid(), id, number::text, 'booking.confirmed', '{}'"
                " FROM webhook_endpoints, generate_series(1, 60) AS number"
            )
        )
    seen: list[str] = []
    address = where
    while address:
        page = await office.page(address)
        seen += [str(each["href"]) for each in page.select(".letter-who a")]
        more = [a for a in page.select(".more a") if "before=" in str(a["href"])]
        address = str(more[0]["href"]) if more else ""
    assert len(seen) == len(set(seen)) == 60


async def test_staff_do_not_see_it(house: House, sit: Sit) -> None:
    ben = await sit(house.people["staff"])
    assert (await ben.client.get(PAGE)).status_code == 403
