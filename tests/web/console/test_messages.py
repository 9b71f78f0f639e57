"""The list of messages and one message's story, as the team reads them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from openchair.notifications.suppressions.suppress import suppress
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from tests.notifications.dead_letters.letters import fail, letter_of, one, run, wait
from tests.web.console.conftest import House, Seat, Sit, add_visit, on, text_of

Owner = Callable[[], Awaitable[Seat]]
ALL = "/console/house/messages"


async def doubtful(database: Database, house: House) -> UUID:
    async with database.transaction() as session:
        message_id = await wait(session, house.salon.id)
        await run(
            session,
            "UPDATE notifications SET status = 'doubtful', was_doubtful = true,"
            " handed_over_at = now() WHERE id = :id",
            id=message_id,
        )
    return message_id


async def value(database: Database, what: str) -> object:
    async with database.transaction() as session:
        return await one(session, f"SELECT {what}")


async def test_a_new_salon_learns_what_will_stand_here(house: House, sit: Sit) -> None:
    page = await (await sit(house.people["owner"])).page(ALL)
    assert "No message has been written yet" in text_of(page)


async def test_messages_are_found_by_state_channel_kind_and_recipient(
    house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(9, days=3))
    async with database.transaction() as session:
        await fail(session, house.salon.id, words="550 who?")
        await wait(session, house.salon.id, channel="sms")
    desk = await sit(house.people["receptionist"])
    for query, shown, hidden in (
        ("?state=attention", "No answer in time", "550 who?"),
        ("?kind=%00", "anna@example.org", "Nobody"),
        ("?channel=sms", "+41 44 668 18 00", "anna@example.org"),
        ("?kind=booking.confirmed", "client1@example.com", "anna@example.org"),
        ("?search=ANNA@", "anna@example.org", "client1@example.com"),
        ("?search=lient+1", "client1@example.com", "anna@example.org"),
        ("?search=044+668+18", "+41 44 668 18 00", "anna@example.org"),
        ("?search=%2B41446", "+41 44 668 18 00", "anna@example.org"),
        ("?state=nonsense&channel=fax", "client1@example.com", "Nobody"),
    ):
        words = text_of(await desk.page(ALL + query))
        assert shown in words, query
        assert hidden not in words, query
    assert "No message fits this search" in text_of(await desk.page(f"{ALL}?search=%25"))


async def test_a_long_list_goes_on_on_the_next_page(
    house: House, database: Database, sit: Sit
) -> None:
    async with database.transaction() as session:
        for _ in range(55):
            await wait(session, house.salon.id)
    desk = await sit(house.people["owner"])
    first = await desk.page(f"{ALL}?search=anna")
    more = next(a["href"] for a in first.select(".more a"))
    second = await desk.page(str(more))
    addresses = [str(a["href"]) for page in (first, second) for a in page.select(".letter-who a")]
    assert len(addresses) == len(set(addresses)) == 55


@pytest.mark.parametrize("after", ["nonsense", "2026-11-22~x", "2026-11-22T10:00:00~"])
async def test_a_page_that_does_not_exist_is_refused(house: House, sit: Sit, after: str) -> None:
    desk = await sit(house.people["owner"])
    assert (await desk.client.get(ALL, params={"after": after})).status_code == 422


async def test_a_message_tells_its_story_and_leads_to_its_visit(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(9, days=3))
    message_id = await value(database, "id FROM notifications WHERE kind = 'booking.confirmed'")
    async with database.transaction() as session:
        await run(
            session,
            "INSERT INTO notification_attempts (salon_id, id, notification_id, number, worker,"
            " provider, outcome, error_message, finished_at) VALUES (:salon, gen_random_uuid(),"
            " :id, 1, 'w:1', 'smtp', 'temporary', '451 come back later', now())",
            salon=house.salon.id,
            id=message_id,
        )
    desk = await sit(house.people["receptionist"])
    page = await desk.page(f"{ALL}/{message_id}")
    words = text_of(page)
    assert "Did not work, to be tried again mail server 451 come back later" in words
    assert "It goes out in a moment" in words
    assert page.select_one(f'a[href="/console/house/visits/{visit}"]')
    assert not page.select("article form")  # a receptionist reads, and decides nothing


async def test_what_waits_can_be_withdrawn_with_a_reason(
    house: House, database: Database, sit: Sit
) -> None:
    async with database.transaction() as session:
        message_id = await wait(session, house.salon.id)
    desk = await sit(house.people["manager"])
    done = await desk.press(f"{ALL}/{message_id}/withdraw", reason="written by mistake")
    assert done.headers["location"] == f"{ALL}/{message_id}"
    assert await value(database, "status FROM notifications") == "cancelled"
    assert await value(
        database, "metadata ->> 'reason' FROM audit_logs WHERE action = 'message.withdraw'"
    ) == ("written by mistake")
    late = await desk.press(f"{ALL}/{message_id}/withdraw")
    assert late.status_code == 409
    assert "Somebody has decided about it in the meantime" in late.text
    long = await desk.press(f"{ALL}/{message_id}/withdraw", reason="x" * 501)
    assert long.status_code == 422


@pytest.mark.parametrize("act, state", [("arrived", "sent"), ("send-again", "pending")])
async def test_a_doubt_is_settled_by_somebody_who_asked(
    house: House, database: Database, sit: Sit, act: str, state: str
) -> None:
    message_id = await doubtful(database, house)
    desk = await sit(house.people["owner"])
    page = await desk.page(f"{ALL}/{message_id}")
    assert "Nobody could find out whether it arrived" in text_of(page)
    assert (await desk.press(f"{ALL}/{message_id}/{act}")).status_code == 303
    assert await value(database, "status FROM notifications") == state
    assert "was uncertain" in text_of(await desk.page(f"{ALL}/{message_id}"))


async def test_what_was_given_up_is_sent_again_unless_it_would_come_too_late(
    house: House, database: Database, sit: Sit
) -> None:
    async with database.transaction() as session:
        letters = [
            await fail(session, house.salon.id, expires_in=timedelta(hours=hours))
            for hours in (1, -1)
        ]
        good, late = [(await letter_of(session, each))["notification_id"] for each in letters]
    desk = await sit(house.people["owner"])
    assert "Send again" in text_of(await desk.page(f"{ALL}/{good}"))
    assert (await desk.press(f"{ALL}/{good}/send-again")).status_code == 303
    assert await value(database, f"status FROM notifications WHERE id = '{good}'") == "pending"
    words = text_of(await desk.page(f"{ALL}/{late}"))
    assert "by now it would come too late" in words
    assert "Send again" not in words
    refused = await desk.press(f"{ALL}/{late}/send-again")
    assert refused.status_code == 409
    assert "it was not sent again" in refused.text


async def test_the_list_says_when_and_why_in_plain_words(
    house: House, database: Database, sit: Sit
) -> None:
    async with database.transaction() as session:
        waiting = await wait(session, house.salon.id)
        await run(
            session,
            "UPDATE notifications SET next_attempt_at = '2031-03-04 09:30+00' WHERE id = :id",
            id=waiting,
        )
        await fail(
            session, house.salon.id, failure_type="hard_bounce", words="21211 To", channel="sms"
        )
    words = text_of(await (await sit(house.people["owner"])).page(ALL))
    assert "It goes out on 4 Mar 2031, 10:30." in words
    assert "The number does not exist" in words
    assert "21211" not in words


async def test_a_message_is_shown_with_the_name_of_its_client(
    house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(9, days=3))
    async with database.transaction() as session:
        letter = await fail(session, house.salon.id, failure_type="hard_bounce")
        await run(
            session,
            "UPDATE notifications SET recipient = 'Client1@example.com'"
            " WHERE recipient = 'anna@example.org'",
        )
        mine = (await letter_of(session, letter))["notification_id"]
        await wait(session, house.salon.id)
    desk = await sit(house.people["receptionist"])
    rows = [text_of(each) for each in (await desk.page(ALL)).select(".letter-who")]
    assert "anna@example.org" in rows  # nobody's whom the salon knows
    assert rows.count("Client 1 client1@example.com") >= 1
    assert "Client 1 Client1@example.com" in rows
    page = await desk.page(f"{ALL}/{mine}")
    assert text_of(page.select("h1")[0]) == "Client 1"
    assert "Client1@example.com" in text_of(page)
    cause = "/console/house/dead-letters/cause?type=hard_bounce&channel=email"
    who = text_of((await desk.page(cause)).select(".letter-who")[0])
    assert who == "Client 1 Client1@example.com"


async def test_what_waits_for_an_address_that_is_not_written_to_says_so(
    house: House, database: Database, sit: Sit
) -> None:
    async with database.transaction() as session:
        mail = await wait(session, house.salon.id)
        sms = await wait(session, house.salon.id, channel="sms")
        await run(
            session,
            "UPDATE notifications SET next_attempt_at = '2031-03-04 09:30+00' WHERE id = ANY(:ids)",
            ids=[mail, sms],
        )
        for channel, recipient, until in (
            ("email", "Anna@example.org", None),
            ("sms", "+41446681800", utc_now() + timedelta(days=1)),
        ):
            await suppress(
                session,
                salon_id=house.salon.id,
                channel=channel,
                recipient=recipient,
                reason="complaint" if channel == "email" else "stop",
                now=utc_now(),
                until=until,
            )
    desk = await sit(house.people["owner"])
    listed = {
        str(each.a["href"]): text_of(each)
        for each in (await desk.page(ALL)).select("li.letter")
        if each.a
    }
    assert "It will not go out. The client called a mail spam." in listed[f"{ALL}/{mail}"]
    assert "It goes out on" not in listed[f"{ALL}/{mail}"]
    assert "It goes out on 4 Mar 2031, 10:30." in listed[f"{ALL}/{sms}"]  # until tomorrow only
    words = text_of(await desk.page(f"{ALL}/{mail}"))
    assert "It will not go out: nothing is sent to this address any more." in words
    assert "It goes out on" not in words
    assert "It goes out on 4 Mar 2031, 10:30." in text_of(await desk.page(f"{ALL}/{sms}"))
