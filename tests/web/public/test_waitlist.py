"""The waitlist on the salon's own pages, as a browser without scripts sees it."""

from datetime import timedelta
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from httpx import AsyncClient
from sqlalchemy import text

from openchair.booking.waitlist.offer import offer_time
from openchair.booking.waitlist.queries import get_entry
from openchair.identity.audit.record import Actor
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import forget
from openchair.salons.queries import get_salon
from tests.builders import make_salon
from tests.web.public.conftest import House, Visitor

WHO = {"name": "Anna Muster", "email": "anna@example.com"}


async def form_of(visitor: Visitor, house: House, *, staff: str = "any") -> dict[str, object]:
    """The form as it is first shown, with somebody's name and address typed in."""
    page = await visitor.page(f"/waitlist?service={house.cut}&staff={staff}")
    fields: dict[str, object] = {
        str(each["name"]): str(each.get("value", ""))
        for each in page.select("form.waitlist input:not([type=checkbox])")
    }
    for each in page.select("form.waitlist select"):
        chosen = each.select_one("option[selected]")
        fields[str(each["name"])] = str(chosen["value"]) if chosen else ""
    fields["weekday"] = [str(each["value"]) for each in page.select("[name=weekday]")]
    return {**fields, **WHO}


async def joined(visitor: Visitor, house: House, **more: object) -> str:
    """The path of somebody's own page."""
    answer = await visitor.send("/waitlist", {**await form_of(visitor, house), **more})  # type: ignore[dict-item]
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("/en")[2].partition("?")[0]


async def offered(database: Database, house: House) -> UUID:
    """The only one who waits is offered a time the day after tomorrow."""
    async with database.transaction() as session:
        entry_id = await session.scalar(text("SELECT id FROM waitlist_entries"))
        salon = await get_salon(session, slug=house.slug)
        start = (utc_now() + timedelta(days=2)).replace(hour=12, minute=0, second=0, microsecond=0)
        await offer_time(
            session,
            salon=salon,
            entry_id=entry_id,
            start=start,
            staff_ids=[house.anna],
            by=Actor("user"),
            now=utc_now(),
        )
        return UUID(str(entry_id))


async def press(visitor: Visitor, path: str) -> BeautifulSoup:
    """A button, and the page it leads to."""
    answer = await visitor.send(path, {})
    assert answer.status_code == 303, answer.text
    return await visitor.page(answer.headers["location"].partition("/en")[2])


async def test_the_times_lead_to_the_waitlist(visitor: Visitor, house: House) -> None:
    page = await visitor.page(f"/book/time?service={house.cut}&staff=any")
    link = page.select_one(".waitlist-way a")
    assert link is not None
    assert "Tell me when a time frees up" in link.get_text()
    form = await visitor.page(str(link["href"]).partition("/en")[2])
    assert form.select_one("form.waitlist") is not None


async def test_somebody_is_put_down_and_sees_it(
    visitor: Visitor, house: House, database: Database
) -> None:
    path = await joined(visitor, house, to="720")
    page = await visitor.page(path + "?new=1")
    words = " ".join(page.get_text(" ").split())
    assert "You are on the waitlist" in words
    assert "anna@example.com" in words
    assert "09:00 – 12:00" in words
    async with database.transaction() as session:
        row = (await session.execute(text("SELECT * FROM waitlist_entries"))).mappings().one()
    assert (row["from_minute"], row["to_minute"], row["source"]) == (540, 720, "web")
    assert path.rsplit("/", 1)[1].encode() not in row["token_hash"]


async def test_yes_books_the_time_and_no_gives_it_back(
    visitor: Visitor, house: House, database: Database
) -> None:
    path = await joined(visitor, house)
    await offered(database, house)
    page = await visitor.page(path + "?answer=yes")
    assert "This time is free for you" in page.get_text()
    assert page.select_one(".visit-time") is not None
    declined = await press(visitor, path + "/decline")
    assert "That time goes to somebody else" in declined.get_text()
    await offered(database, house)
    visit = await press(visitor, path + "/accept")
    assert "Booked. See you soon" in visit.get_text()
    again = await visitor.page(path)
    assert "It is booked" in again.get_text()
    twice = await visitor.send(path + "/accept", {})
    assert twice.status_code == 303


async def test_a_link_that_is_read_ahead_changes_nothing(
    visitor: Visitor, house: House, database: Database
) -> None:
    path = await joined(visitor, house)
    entry_id = await offered(database, house)
    for query in ("?answer=yes", "?answer=no"):
        await visitor.page(path + query)
    async with database.transaction() as session:
        salon = await get_salon(session, slug=house.slug)
        entry = await get_entry(session, salon_id=salon.id, entry_id=entry_id)
    assert entry.status == "offered"


async def test_too_late_is_said_kindly(visitor: Visitor, house: House, database: Database) -> None:
    path = await joined(visitor, house)
    await offered(database, house)
    async with database.transaction() as session:
        for table in ("holds", "waitlist_offers"):
            await session.execute(
                text(f"UPDATE {table} SET expires_at = now() - interval '1 minute'")  # noqa: S608
            )
        await session.execute(text("UPDATE occupancy SET expires_at = now() - interval '1 minute'"))
    answer = await visitor.send(path + "/accept", {})
    assert answer.status_code == 409
    assert "We are sorry" in answer.text
    assert "You are on the waitlist" in answer.text


async def test_leaving_and_coming_back(visitor: Visitor, house: House) -> None:
    path = await joined(visitor, house)
    left = await press(visitor, path + "/withdraw")
    assert "You are no longer on the waitlist" in left.get_text()
    back = await press(visitor, path + "/restore")
    assert "You are on the waitlist again" in back.get_text()


async def test_twice_is_refused_kindly_and_keeps_what_was_typed(
    visitor: Visitor, house: House
) -> None:
    await joined(visitor, house)
    fields = {**await form_of(visitor, house), "note": "I have long hair"}
    answer = await visitor.send("/waitlist", fields)  # type: ignore[arg-type]
    assert answer.status_code == 409
    assert "You are on the waitlist for this already" in answer.text
    assert "I have long hair" in answer.text
    other = {**fields, "email": "ben@example.com"}
    assert (await visitor.send("/waitlist", other)).status_code == 303  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Please tell us your name"),
        ("email", "", "e-mail address or a phone number"),
        ("email", "nobody", "does not look right"),
        ("first", "soon", "Please choose a day"),
        ("last", "2001-01-01", "later one"),
        ("last", "2199-01-01", "too far ahead"),
        ("weekday", [], "at least one weekday"),
        ("to", "540", "has to be after"),
        ("note", "n" * 2000, "too long"),
    ],
)
async def test_a_wrong_field_says_what_to_do(
    visitor: Visitor, house: House, field: str, value: object, says: str
) -> None:
    fields = {**await form_of(visitor, house), field: value}
    answer = await visitor.send("/waitlist", fields)  # type: ignore[arg-type]
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert says in page.get_text()
    alert = page.select_one("#wrong a")
    assert alert is not None
    assert page.select_one(str(alert["href"])) is not None


async def test_without_a_service_the_wizard_begins(visitor: Visitor) -> None:
    answer = await visitor.client.get(f"/{visitor.slug}/en/waitlist")
    assert answer.headers["location"].endswith("/book")


async def test_a_guessed_link_and_a_neighbours_link_are_nothing(
    visitor: Visitor, house: House, client: AsyncClient, database: Database
) -> None:
    path = await joined(visitor, house)
    async with database.transaction() as session:
        other = (await make_salon(session)).slug
    for address in (f"/{other}/en{path}", f"/{house.slug}/en/waitlist/{'x' * 22}"):
        assert (await client.get(address)).status_code == 404
        answer = await client.post(address + "/withdraw", headers={"Origin": "http://testserver"})
        assert answer.status_code == 404


async def test_a_form_of_another_site_changes_nothing(visitor: Visitor, house: House) -> None:
    path = await joined(visitor, house)
    for act in ("accept", "decline", "withdraw", "restore"):
        answer = await visitor.client.post(
            f"/{house.slug}/en{path}/{act}", headers={"Origin": "https://evil.example"}
        )
        assert answer.status_code == 403


async def test_one_address_cannot_put_down_a_whole_town(
    visitor: Visitor, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENCHAIR_LIMIT_WAITLIST_PER_HOUR", "2")
    forget()
    fields = await form_of(visitor, house)
    codes = []
    for number in range(3):
        one = {**fields, "email": f"client{number}@example.com"}
        codes.append((await visitor.send("/waitlist", one)).status_code)  # type: ignore[arg-type]
    monkeypatch.undo()
    forget()
    assert codes == [303, 303, 429]
