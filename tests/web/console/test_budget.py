"""The page of the budget and the list of addresses that are not written to."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from openchair.notifications.budgets.queries import month_of
from openchair.notifications.budgets.set_budget import set_budget
from openchair.notifications.suppressions.suppress import suppress
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from openchair.platform.settings.base import forget
from tests.web.console.conftest import House, Seat, Sit, add_visit, on, text_of

PAGE = "/console/house/budget"
LIST = "/console/house/suppressions"


@pytest.fixture
async def owner(house: House, sit: Sit) -> Seat:
    return await sit(house.people["owner"])


async def use(database: Database, house: House, units: int, *, channel: str = "email") -> None:
    """So much is used this month, in one message of today."""
    now = datetime.now(UTC)
    month = month_of(now, time_zone=house.salon.time_zone)
    given = {"salon_id": house.salon.id, "channel": channel, "month": month, "units": units}
    async with database.transaction() as session:
        await session.execute(
            text("""
                INSERT INTO notification_usage (salon_id, channel, month, used, cost_micros,
                    cost_currency)
                VALUES (:salon_id, :channel, :month, :units, 1230000, 'CHF')
            """),
            given,
        )
        await session.execute(
            text("""
                INSERT INTO notifications (salon_id, id, kind, channel, recipient, language, data,
                    reference, dedupe_key, message_id, status, sent_at, finished_at, budget_month,
                    budget_units)
                VALUES (:salon_id, :id, 'test', :channel, 'a@b.ch', 'en', '{}', 'test:1', :key,
                    :key, 'sent', :now, :now, :month, :units)
            """),
            {**given, "id": new_id(), "key": new_id().hex, "now": now},
        )


async def limit(database: Database, house: House, monthly_limit: int, at_cap: str) -> None:
    async with database.transaction() as session:
        await set_budget(
            session,
            salon_id=house.salon.id,
            channel="email",
            monthly_limit=monthly_limit,
            at_cap=at_cap,
            now=datetime.now(UTC),
        )


async def budget_of(database: Database) -> list[tuple[Any, ...]]:
    async with database.transaction() as session:
        rows = await session.execute(
            text("SELECT channel, monthly_limit, at_cap FROM notification_budgets")
        )
        return [tuple(row) for row in rows]


async def test_the_month_is_told_in_figures_words_and_a_plot(
    owner: Seat, house: House, database: Database
) -> None:
    await use(database, house, 1234)
    await limit(database, house, 1500, "delay")
    page = await owner.page(PAGE)
    mail = page.select_one("section#email")
    assert mail is not None
    said = text_of(mail)
    assert "1’234 of 1’500 mails" in said or "1,234 of 1,500 mails" in said
    assert "More than 80 % used" in said
    assert "reminders and marketing wait for the next month" in said
    assert "CHF 1.23" in said.replace("\u00a0", " ")
    fill = mail.select_one("svg .gauge-fill")
    assert fill is not None
    assert fill["width"] == "82.27"
    today = datetime.now(UTC).astimezone(owner_zone(house))
    (bar,) = mail.select(".plot:first-child .plot-bar[height]:not([height='0.0'])")
    assert bar["x"] == str(float((today.day - 1) * 10 + 1))
    assert mail.select(".plot-table td")[0].get_text() != ""
    other = text_of(page.select_one("section#sms") or page)
    assert "There is no limit" in other


def owner_zone(house: House) -> ZoneInfo:
    return ZoneInfo(house.salon.time_zone)


async def test_a_limit_is_set_shown_undone_and_in_the_history(
    owner: Seat, house: House, database: Database
) -> None:
    fields = {"channel": "email", "limit": "2’000", "at_cap": "delay"}
    answer = await owner.press(PAGE, **fields)
    assert answer.status_code == 303
    assert await budget_of(database) == [("email", 2000, "delay")]
    page = await owner.page(answer.headers["location"])
    assert "It counts at once" in text_of(page.select_one(".toast") or page)
    assert "Mails: no limit → 2" in text_of(page.select_one(".history") or page)
    undo = {
        str(each["name"]): str(each["value"])
        for each in page.select(".toast input")
        if each["name"] != "csrf"
    }
    assert (await owner.press(PAGE, **undo)).status_code == 303
    assert await budget_of(database) == []


async def test_a_limit_that_is_reached_already_has_to_be_meant(
    owner: Seat, house: House, database: Database
) -> None:
    await use(database, house, 50)
    fields = {"channel": "email", "limit": "50", "at_cap": "skip"}
    answer = await owner.press(PAGE, **fields)
    assert answer.status_code == 409
    assert "not even confirmations" in answer.text
    assert await budget_of(database) == []
    changed = await owner.press(PAGE, **{**fields, "limit": "40"}, sure="50:skip")
    assert changed.status_code == 409
    assert (await owner.press(PAGE, **fields, sure="50:skip")).status_code == 303
    assert await budget_of(database) == [("email", 50, "skip")]
    page = await owner.page(PAGE)
    assert "Nothing goes out until the month ends" in text_of(page)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"limit": "many"}, "whole number"),
        ({"limit": "-1"}, "whole number"),
        ({"limit": "1.5"}, "whole number"),
        ({"limit": "100000001"}, "whole number"),
        ({"limit": "９９"}, "whole number"),
        ({"at_cap": "explode"}, "choose what happens"),
        ({"channel": "pigeon"}, "choose mails or SMS"),
    ],
)
async def test_what_cannot_be_is_told_beside_the_field(
    owner: Seat, database: Database, given: dict[str, str], sentence: str
) -> None:
    fields = {"channel": "email", "limit": "10", "at_cap": "skip", **given}
    answer = await owner.press(PAGE, **fields)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert await budget_of(database) == []


async def test_a_manager_looks_and_only_the_owner_decides(house: House, sit: Sit) -> None:
    manager = await sit(house.people["manager"])
    page = await manager.page(PAGE)
    assert page.select("form[action='/console/house/budget']") == []
    answer = await manager.press(PAGE, channel="email", limit="1", at_cap="skip")
    assert answer.status_code == 403


async def test_without_its_own_limit_the_installations_is_told(
    owner: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENCHAIR_SMS_BUDGET_MONTHLY", "300")
    forget()
    page = await owner.page(PAGE)
    said = text_of(page.select_one("section#sms") or page)
    assert "0 of 300 segments" in said
    assert "all salons here, 300" in said


async def listed(database: Database) -> list[str]:
    async with database.transaction() as session:
        rows = await session.execute(text("SELECT recipient FROM notification_suppressions"))
        return list(rows.scalars())


async def test_an_address_is_put_on_the_list_and_taken_off(
    owner: Seat, house: House, database: Database, sit: Sit
) -> None:
    assert "every client is reached" in text_of(await owner.page(LIST))
    added = await owner.press(LIST, recipient=" Anna@Mail.ch ", note="by phone")
    assert added.status_code == 303
    assert (await owner.press(LIST, recipient="079 123 45 67")).status_code == 303
    assert sorted(await listed(database)) == ["+41791234567", "anna@mail.ch"]
    page = await owner.page(added.headers["location"])
    assert "nothing more to it" in text_of(page.select_one(".toast") or page)
    assert "Somebody of the team put it here" in text_of(page)
    desk = await sit(house.people["receptionist"])
    theirs = await desk.page(LIST)
    assert "anna@mail.ch" in text_of(theirs)
    assert theirs.select(".listed form") == []
    row = next(each for each in page.select(".listed li") if "anna" in each.get_text())
    form = row.select_one("form")
    assert form is not None
    lifted = await owner.press(str(form["action"]))
    assert lifted.status_code == 303
    assert await listed(database) == ["+41791234567"]
    assert (await owner.press(str(form["action"]))).status_code == 404


@pytest.mark.parametrize("address", ["", "anna", "anna@", "12"])
async def test_what_is_no_address_is_told(owner: Seat, database: Database, address: str) -> None:
    answer = await owner.press(LIST, recipient=address)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert await listed(database) == []


async def test_a_long_list_has_pages_and_can_be_searched(
    owner: Seat, house: House, database: Database
) -> None:
    async with database.transaction() as session:
        for number in range(60):
            await suppress(
                session,
                salon_id=house.salon.id,
                channel="email",
                recipient=f"client{number}@example.org",
                reason="hard_bounce",
                now=datetime.now(UTC),
            )
    page = await owner.page(LIST)
    assert len(page.select(".listed li")) == 50
    more = page.find("a", string="Older ones")
    assert more is not None
    assert len((await owner.page(str(more["href"]))).select(".listed li")) == 10
    found = await owner.page(f"{LIST}?search=client59")
    assert "client59@example.org" in text_of(found)
    assert len(found.select(".listed li")) == 1
    assert (await owner.client.get(f"{LIST}?after=nonsense")).status_code == 422


async def test_the_visit_says_that_its_client_is_not_reached(
    owner: Seat, house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(11, days=2))
    where = f"/console/house/visits/{visit}"
    assert "Nothing is sent" not in text_of(await owner.page(where))
    async with database.transaction() as session:
        email = await session.scalar(text("SELECT email FROM customers"))
        await suppress(
            session,
            salon_id=house.salon.id,
            channel="email",
            recipient=str(email),
            reason="hard_bounce",
            now=datetime.now(UTC),
        )
    page = await owner.page(where)
    assert f"Nothing is sent to {email}. The address does not exist" in text_of(page)
    link = page.find("a", string="See the list")
    assert link is not None
    assert str(email) in text_of(await owner.page(str(link["href"])))
    stylist = await sit(house.people["staff"])
    colleagues = text_of(await stylist.page(where))
    assert "Nothing is sent" not in colleagues, "how to reach a colleague's client is not told"
    assert str(email) not in colleagues
    own = await add_visit(database, house, on(12, days=2), staff_id=house.ben)
    theirs = await stylist.page(f"/console/house/visits/{own}")
    assert f"Nothing is sent to {email}." in text_of(theirs)
    assert theirs.find("a", string="See the list") is None
