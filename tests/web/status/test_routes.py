"""News of the status page by mail: asked for, confirmed by a link, told, and ended by one click."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from openchair.notifications.errors import Outdated
from openchair.notifications.rendering import Message, Rendered, render
from openchair.operations.status_page.announce import announce
from openchair.operations.status_page.components import Condition
from openchair.operations.status_page.history import Note, Outage
from openchair.operations.status_page.memory import PageMemory
from openchair.operations.status_page.subscribers import list_subscribers
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from tests.builders import make_salon

OLENA = "olena@example.org"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def _salon(database: Database) -> None:
    async with database.transaction() as session:
        await make_salon(session)


async def mails(database: Database) -> list[Rendered]:
    """What is queued, as it would go out now; the oldest first."""
    async with database.transaction() as session:
        found = await session.execute(
            text(
                "SELECT id, salon_id, kind, channel, language, recipient, reference, data, category"
                " FROM notifications ORDER BY created_at, id"
            )
        )
        messages = [Message(**row) for row in found.mappings()]
        return [await render(session, message=each, now=NOON) for each in messages]


def link(mail: Rendered, verb: str) -> str:
    found = re.search(rf"https?://[^/\s]+(/status/{verb}/[\w-]+)", mail.text)
    assert found is not None, mail.text
    return found[1]


def words(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


async def subscribe(client: AsyncClient, email: str = OLENA, language: str = "uk") -> int:
    answer = await client.post("/status/subscribe", data={"email": email, "language": language})
    return answer.status_code


async def confirmed(client: AsyncClient, database: Database) -> None:
    await subscribe(client)
    [mail] = await mails(database)
    assert (await client.post(link(mail, "confirm"))).status_code == 200


def outage(*, until: datetime | None = None, words: tuple[str, ...] = ()) -> Outage:
    parts: dict[str, Condition] = {"booking": "major_outage"}
    return Outage(
        id="0123456789ab",
        since=NOON,
        until=until,
        parts=parts,  # type: ignore[arg-type]
        notes=tuple(Note(id=new_id(), at=NOON, words=each) for each in words),
    )


async def test_it_counts_once_it_is_confirmed_and_reading_confirms_nothing(
    client: AsyncClient, database: Database
) -> None:
    assert await subscribe(client) == 200
    [mail] = await mails(database)
    address = link(mail, "confirm")
    shown = await client.get(address)
    assert shown.status_code == 200
    assert "Так, повідомляйте" in shown.text
    async with database.transaction() as session:
        [found] = await list_subscribers(session)
        assert found.confirmed_at is None
    assert "Ми повідомимо Вас" in (await client.post(address)).text
    async with database.transaction() as session:
        [found] = await list_subscribers(session)
    assert (found.email, found.language) == (OLENA, "uk")
    assert found.confirmed_at is not None


async def test_nobody_finds_out_who_is_subscribed(client: AsyncClient, database: Database) -> None:
    await confirmed(client, database)
    again = await client.post("/status/subscribe", data={"email": OLENA, "language": "en"})
    new = await client.post("/status/subscribe", data={"email": "b@example.org", "language": "en"})
    assert words(again.text).replace(OLENA, "") == words(new.text).replace("b@example.org", "")
    async with database.transaction() as session:
        count = await session.scalar(text("SELECT count(*) FROM notifications"))
    assert count == 2


async def test_what_is_no_address_is_said_beside_the_field(client: AsyncClient) -> None:
    answer = await client.post("/status/subscribe", data={"email": "olena@", "language": "de"})
    assert answer.status_code == 422
    assert "Diese Mailadresse ist nicht vollständig" in answer.text
    assert 'value="olena@"' in answer.text


async def test_one_address_cannot_subscribe_half_the_town(client: AsyncClient) -> None:
    codes = [await subscribe(client, f"client{number}@example.org") for number in range(12)]
    assert codes[:10] == [200] * 10
    assert codes[10:] == [429, 429]


@pytest.mark.parametrize("token", ["x", "a" * 48, "ä", "../../admin"])
async def test_a_link_that_is_none_of_ours_is_said_kindly(client: AsyncClient, token: str) -> None:
    for verb in ("confirm", "unsubscribe"):
        assert (await client.get(f"/status/{verb}/{token}")).status_code == 404


async def test_start_words_and_end_are_told_once_each(
    client: AsyncClient, database: Database
) -> None:
    await confirmed(client, database)
    memory, begun = PageMemory(), outage()
    steps = [
        (begun, NOON + timedelta(seconds=60)),  # not worth a mail yet
        (begun, NOON + timedelta(minutes=3)),
        (begun, NOON + timedelta(minutes=4)),
        (outage(words=("We are on it.",)), NOON + timedelta(minutes=5)),
    ]
    steps.append((steps[-1][0], NOON + timedelta(minutes=6)))
    over = outage(until=NOON + timedelta(minutes=9), words=("We are on it.",))
    steps += [(over, NOON + timedelta(minutes=9)), (over, NOON + timedelta(minutes=10))]
    told = []
    for seen, now in steps:
        async with database.transaction() as session:
            memory.note_news(await announce(session, memory=memory, outages=[seen], now=now))
        told.append(len(await mails_of_news(database)))
    assert told == [0, 1, 1, 2, 2, 3, 3]

    async with database.transaction() as session:  # another watcher, which remembers nothing
        await announce(session, memory=PageMemory(), outages=[over], now=NOON + timedelta(hours=1))
    first, second, last = await mails_of_news(database)
    assert "Онлайн-запис не працює" in first.subject
    assert "We are on it." in second.text
    assert "Знову працює" in last.subject
    assert last.unsubscribe_url is not None
    assert last.unsubscribe_url in last.html


async def mails_of_news(database: Database) -> list[Rendered]:
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM notifications WHERE kind = 'status.confirm'"))
    return await mails(database)


async def test_who_heard_no_start_hears_one_word(client: AsyncClient, database: Database) -> None:
    await confirmed(client, database)
    memory, over = PageMemory(), outage(until=NOON + timedelta(minutes=9))
    for minute in (9, 10, 11):
        now = NOON + timedelta(minutes=minute)
        async with database.transaction() as session:
            memory.note_news(await announce(session, memory=memory, outages=[over], now=now))
    assert len(await mails_of_news(database)) == 1


async def test_one_click_ends_it_and_what_is_queued_stays_home(
    client: AsyncClient, database: Database
) -> None:
    await confirmed(client, database)
    over = outage(until=NOON + timedelta(minutes=9))
    async with database.transaction() as session:
        await announce(session, memory=PageMemory(), outages=[over], now=over.until or NOON)
    [mail] = await mails_of_news(database)
    address = link(mail, "unsubscribe")
    assert (await client.get(address)).status_code == 200
    answer = await client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert (await client.post(address)).status_code == 200
    async with database.transaction() as session:
        assert await list_subscribers(session) == []
    with pytest.raises(Outdated):
        await mails(database)


async def test_status_leads_to_the_page(client: AsyncClient) -> None:
    answer = await client.get("/status")
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("http")
