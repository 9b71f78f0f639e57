"""What was not delivered, by cause, and how the team sends it again."""

from datetime import timedelta

import pytest

from openchair.platform.db.engine import Database
from tests.notifications.dead_letters.letters import fail, letter_of, one, run
from tests.web.console.conftest import House, Sit, text_of

PAGE = "/console/house/dead-letters"
TIMEOUTS = {"type": "timeout", "channel": "email"}


async def value(database: Database, what: str) -> object:
    async with database.transaction() as session:
        return await one(session, f"SELECT {what}")


async def test_nothing_to_do_is_said_so(house: House, sit: Sit) -> None:
    page = await (await sit(house.people["owner"])).page(PAGE)
    assert "Every message went out or ended as it should" in text_of(page)


async def test_causes_are_told_in_plain_words_with_what_to_do(
    house: House, database: Database, sit: Sit
) -> None:
    async with database.transaction() as session:
        for _ in range(2):
            await fail(session, house.salon.id, words="<b>421</b> busy")
        await fail(session, house.salon.id, expires_in=-timedelta(hours=1))
        await fail(session, house.salon.id, failure_type="hard_bounce")
    desk = await sit(house.people["receptionist"])
    page = await desk.page(PAGE)
    words = text_of(page)
    assert "4 messages were given up" in words
    assert "No answer in time E-mail · 3 messages" in words
    assert "1 would come too late by now" in words
    assert "Sending it again as it is will not help" in words
    assert not page.select("article form")  # a receptionist reads, and sends nothing
    single = await desk.page(f"{PAGE}/cause?type=timeout&channel=email")
    assert "<b>421</b> busy" in text_of(single)
    assert len(single.select(".letter")) == 3


async def test_many_are_sent_again_with_one_going_first(
    house: House, database: Database, sit: Sit
) -> None:
    async with database.transaction() as session:
        for _ in range(3):
            await fail(session, house.salon.id)
        await fail(session, house.salon.id, failure_type="hard_bounce")
    desk = await sit(house.people["manager"])
    done = await desk.press(f"{PAGE}/redrive", **TIMEOUTS)
    assert done.headers["location"] == f"{PAGE}?live=1"
    assert await value(database, "total FROM dead_letter_redrives") == 3
    live = await desk.client.get(done.headers["location"])
    assert live.headers["refresh"] == "3"
    assert "One is on its way" in live.text
    still = await desk.client.get(PAGE)
    assert "refresh" not in still.headers
    again = await desk.press(f"{PAGE}/redrive", **TIMEOUTS)
    assert again.status_code == 409
    assert "somebody was faster" in again.text
    redrive = await value(database, "id FROM dead_letter_redrives")
    assert (await desk.press(f"{PAGE}/redrives/{redrive}/stop")).status_code == 303
    assert "Somebody stopped it" in text_of(await desk.page(PAGE))


async def run_(database: Database, statement: str) -> None:
    async with database.transaction() as session:
        await run(session, statement)


async def test_why_it_stopped_stands_on_the_page(
    house: House, database: Database, sit: Sit
) -> None:
    async with database.transaction() as session:
        await fail(session, house.salon.id)
    desk = await sit(house.people["manager"])
    await desk.press(f"{PAGE}/redrive", **TIMEOUTS)
    async with database.transaction() as session:
        await run(
            session,
            "UPDATE dead_letter_redrives SET state = 'stopped', finished_at = now(),"
            " stopped_reason = 'the first one failed again: 550 <who>'",
        )
    words = text_of(await desk.page(PAGE))
    assert "The first one failed again: 550 <who>" in words
    assert "First mend the cause, as it says below. Then send them again there" in words
    await run_(database, "UPDATE dead_letter_redrives SET stopped_reason = 'stopped by a person'")
    assert "To go on, send them again below." in text_of(await desk.page(PAGE))
    await run_(database, "UPDATE dead_letter_queue SET status = 'closed', closed_reason = 'sent'")
    assert "To go on" not in text_of(await desk.page(PAGE))  # there is nothing below


async def test_one_is_sent_again_another_laid_aside(
    house: House, database: Database, sit: Sit
) -> None:
    async with database.transaction() as session:
        good = await fail(session, house.salon.id)
        late = await fail(session, house.salon.id, expires_in=-timedelta(hours=1))
    desk = await sit(house.people["owner"])
    sent = await desk.press(f"{PAGE}/{good}/redrive", **TIMEOUTS)
    assert sent.headers["location"] == f"{PAGE}/cause?type=timeout&channel=email"
    refused = await desk.press(f"{PAGE}/{late}/redrive", **TIMEOUTS)
    assert refused.status_code == 409
    assert "it would come too late" in refused.text
    assert (await desk.press(f"{PAGE}/{late}/dismiss")).headers["location"] == PAGE
    async with database.transaction() as session:
        assert (await letter_of(session, good))["status"] == "redriven"
        assert (await letter_of(session, late))["closed_reason"] == "dismissed"
    acts = "count(*) FROM audit_logs WHERE resource_type = 'dead_letter' AND user_id IS NOT NULL"
    assert await value(database, acts) == 2


async def test_what_may_go_is_shown_before_it_goes(
    house: House, database: Database, sit: Sit
) -> None:
    async with database.transaction() as session:
        words = "invalid email format"
        await fail(session, house.salon.id, failure_type="validation_error", words=words)
        await run(session, "UPDATE dead_letter_queue SET created_at = now() - interval '8 days'")
        await fail(session, house.salon.id)
    desk = await sit(house.people["owner"])
    assert "1 old entry may be removed for good" in text_of(await desk.page(PAGE))
    plan = text_of(await desk.page(f"{PAGE}/purge"))
    assert "1 with an address that can never work" in plan
    assert "anna@example.org" in plan
    assert await value(database, "count(*) FROM dead_letter_queue") == 2
    assert (await desk.press(f"{PAGE}/purge")).status_code == 303
    assert await value(database, "failure_type FROM dead_letter_queue") == "timeout"
    assert await value(database, "count(*) FROM notifications") == 2
    assert "nothing that may be removed" in text_of(await desk.page(f"{PAGE}/purge"))


@pytest.mark.parametrize("query", ["", "?type=nonsense&channel=email", "?type=timeout&channel=fax"])
async def test_a_cause_that_is_none_is_refused(house: House, sit: Sit, query: str) -> None:
    desk = await sit(house.people["owner"])
    assert (await desk.client.get(f"{PAGE}/cause{query}")).status_code == 422
