"""The desk's pages of the waitlist: put down, look, offer by hand, take back, take off, undo."""

from datetime import timedelta
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from openchair.booking.waitlist.queries import Entry, get_entry
from openchair.platform.db.engine import Database
from tests.web.console.conftest import House, Seat, Sit, on, text_of

WAITLIST = "/console/house/waitlist"


@pytest.fixture
async def desk(house: House, sit: Sit) -> Seat:
    return await sit(house.people["receptionist"])


def fields(house: House, **more: str) -> dict[str, str]:
    """The form as the desk fills it in for Olena, who would come on any of the next days."""
    today = on(12).date()
    return {
        "service_1": str(house.cut),
        "staff": str(house.anna),
        "first": today.isoformat(),
        "last": (today + timedelta(days=6)).isoformat(),
        **{f"weekday_{number}": "yes" for number in range(7)},
        "name": "Olena Kowalska",
        "email": "olena@example.org",
        "language": "en",
        **more,
    }


async def put_down(desk: Seat, house: House, **more: str) -> UUID:
    answer = await desk.press(WAITLIST, **fields(house, **more))
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].partition("entry=")[2])


async def entry_of(database: Database, house: House, entry_id: UUID) -> Entry:
    async with database.transaction() as session:
        return await get_entry(session, salon_id=house.salon.id, entry_id=entry_id)


async def offer(desk: Seat, entry_id: UUID) -> None:
    """Offer the first time of tomorrow."""
    day = on(12, days=1).date()
    page = await desk.page(f"{WAITLIST}/{entry_id}?date={day}")
    chip = page.select_one(".waits-chips .chip")
    assert chip is not None
    answer = await desk.press(f"{WAITLIST}/{entry_id}/offer", time=str(chip["value"]))
    assert answer.status_code == 303, answer.text


async def test_an_empty_list_teaches(desk: Seat) -> None:
    page = await desk.page(WAITLIST)
    assert "Nobody waits for a time." in text_of(page)
    assert page.select_one(f".empty a[href='{WAITLIST}/new']") is not None


async def test_the_desk_puts_somebody_down_and_sees_them(desk: Seat, house: House) -> None:
    entry_id = await put_down(desk, house, note="Only mornings", to="12:00")
    page = await desk.page(f"{WAITLIST}?did=added&entry={entry_id}")
    row = page.select_one(f"#w-{entry_id}")
    assert row is not None
    assert "Olena Kowalska" in text_of(row)
    assert "Anna" in text_of(row)
    assert "Only mornings" in text_of(row)
    toast = page.select_one(".toast")
    assert toast is not None
    assert "Olena Kowalska is on the waitlist." in text_of(toast)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("service_1", "", "service"),
        ("service_1", "nonsense", "one from the list"),
        ("name", "", "name"),
        ("email", "nobody", "does not look right"),
        ("first", "soon", "choose a day"),
        ("last", "2001-01-01", "later one"),
        ("from", "quarter past", "choose a time"),
        ("to", "00:00", "has to be after"),
    ],
)
async def test_a_wrong_field_keeps_what_was_typed(
    desk: Seat, house: House, field: str, value: str, says: str
) -> None:
    answer = await desk.press(WAITLIST, **fields(house, note="Keep me", **{field: value}))
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    wrong = page.select_one(".wrong")
    assert wrong is not None
    assert says in text_of(wrong)
    assert "Keep me" in answer.text


async def test_twice_is_said_to_the_desk_in_its_own_words(desk: Seat, house: House) -> None:
    await put_down(desk, house)
    answer = await desk.press(WAITLIST, **fields(house))
    assert answer.status_code == 409
    assert "They are on the waitlist for this already." in answer.text


async def test_a_time_offered_by_hand_is_kept_and_taken_back(
    desk: Seat, house: House, database: Database
) -> None:
    entry_id = await put_down(desk, house)
    await offer(desk, entry_id)
    entry = await entry_of(database, house, entry_id)
    assert entry.open is not None
    assert entry.status == "offered"
    page = await desk.page(f"{WAITLIST}/{entry_id}")
    assert "Waits for an answer" in text_of(page)
    again = await desk.press(
        f"{WAITLIST}/{entry_id}/offer", time=f"{on(15, days=2).isoformat()}~{house.anna}"
    )
    assert again.status_code == 409
    assert "Take it back first" in again.text
    answer = await desk.press(f"{WAITLIST}/{entry_id}/take-back", offer=str(entry.open.id))
    assert answer.status_code == 303
    assert (await entry_of(database, house, entry_id)).status == "waiting"
    late = await desk.press(f"{WAITLIST}/{entry_id}/take-back", offer=str(entry.open.id))
    assert late.status_code == 409


async def test_a_stylist_sees_who_waits_but_not_how_to_reach_them(
    desk: Seat, house: House, sit: Sit
) -> None:
    entry_id = await put_down(desk, house, phone="079 123 45 67")
    ben = await sit(house.people["staff"])
    for address in (WAITLIST, f"{WAITLIST}/{entry_id}"):
        assert "olena@example.org" in (await desk.client.get(address)).text
        seen = (await ben.client.get(address)).text
        assert "Olena Kowalska" in seen
        assert "olena@example.org" not in seen
        assert "123 45 67" not in seen


@pytest.mark.parametrize("chip", ["", "soon", "0001-01-01T00:00+14:00", "9999-12-31T23:00-14:00"])
async def test_a_time_that_no_page_offers_is_asked_for_again(
    desk: Seat, house: House, database: Database, chip: str
) -> None:
    entry_id = await put_down(desk, house)
    answer = await desk.press(f"{WAITLIST}/{entry_id}/offer", time=f"{chip}~")
    assert answer.status_code == 422
    assert (await entry_of(database, house, entry_id)).status == "waiting"


async def test_taking_off_is_undone_by_the_toast(
    desk: Seat, house: House, database: Database
) -> None:
    entry_id = await put_down(desk, house)
    answer = await desk.press(f"{WAITLIST}/{entry_id}/withdraw")
    page = await desk.page(answer.headers["location"])
    undo = page.select_one(".toast form")
    assert undo is not None
    assert (await entry_of(database, house, entry_id)).status == "withdrawn"
    await desk.press(str(undo["action"]))
    assert (await entry_of(database, house, entry_id)).status == "waiting"
    over = await desk.page(f"{WAITLIST}?state=over")
    assert over.select_one(".waits-row") is None


async def test_the_drawer_shows_who_would_come_on_the_day(desk: Seat, house: House) -> None:
    await put_down(desk, house)
    tomorrow = on(12, days=1).date()
    piece = await desk.page(f"{WAITLIST}/drawer?date={tomorrow}")
    assert piece.find("html") is None
    assert "Olena Kowalska" in text_of(piece)
    later = await desk.page(f"{WAITLIST}/drawer?date={tomorrow + timedelta(days=30)}")
    assert "Nobody waits for a time on this day." in text_of(later)


async def test_a_stylist_sees_the_list_and_changes_nothing(
    desk: Seat, house: House, sit: Sit
) -> None:
    entry_id = await put_down(desk, house)
    ben = await sit(house.people["staff"])
    for address in (WAITLIST, f"{WAITLIST}/{entry_id}", f"{WAITLIST}/drawer"):
        page = await ben.page(address)
        assert "Olena Kowalska" in text_of(page)
        forms = [each for each in page.select("main form[method=post]") if each]
        assert forms == []
        assert page.select_one(f"a[href^='{WAITLIST}/new']") is None


async def test_a_long_list_goes_on_on_the_next_page(
    desk: Seat, house: House, database: Database
) -> None:
    await put_down(desk, house)
    async with database.transaction() as session:
        await session.execute(
            text("""
                INSERT INTO waitlist_entries (salon_id, id, customer_id, service_ids, first_date,
                    last_date, weekdays, from_minute, to_minute, contact_name, contact_email,
                    language, source, token_hash)
                SELECT salon_id, gen_random_uuid(), customer_id, service_ids, first_date,
                    last_date, weekdays, from_minute, to_minute, 'Client ' || number,
                    contact_email, language, source, decode(md5(number::text), 'hex')
                FROM waitlist_entries, generate_series(1, 60) AS number
            """)
        )
    page = await desk.page(WAITLIST)
    assert len(page.select(".waits-row")) == 50
    more = page.select_one(".more a")
    assert more is not None
    rest = await desk.page(str(more["href"]))
    assert len(rest.select(".waits-row")) == 11
