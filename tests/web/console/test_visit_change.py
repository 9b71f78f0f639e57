"""A visit on its own page: changed by form, taken back, marked to its end, one of a series."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.request import CustomerDetails
from openchair.booking.appointments.series import SeriesWish, book_series
from openchair.identity.audit.record import SYSTEM
from openchair.platform.db.attempt import attempt
from openchair.platform.db.engine import Database
from tests.web.console.conftest import House, Seat, Sit, add_visit, on, status_of, text_of

CHANGES = "SELECT count(*) FROM notifications WHERE kind = 'booking.changed'"


async def booking(database: Database, visit: UUID) -> Booking:
    async with database.transaction() as session:
        return await get_booking_by_id(session, booking_id=visit)


async def form(desk: Seat, address: str) -> dict[str, str]:
    """What the form would send if nothing was touched."""
    page = await desk.page(address)
    sent = {
        str(each["name"]): str(each.get("value", ""))
        for each in page.select("form.stack input[name]")
        if each.get("type") not in {"radio", "checkbox"} or each.has_attr("checked")
    }
    for each in page.select("form.stack select[name]"):
        chosen = each.select_one("option[selected]")
        sent[str(each["name"])] = str(chosen["value"]) if chosen else ""
    for each in page.select("form.stack textarea[name]"):
        sent[str(each["name"])] = each.get_text()
    sent.pop("csrf", None)
    return sent


async def test_a_form_that_is_not_touched_changes_nothing(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(9, days=7))
    desk = await sit(house.people["receptionist"])
    address = f"/console/house/visits/{visit}/change"
    answer = await desk.press(address, **await form(desk, address))
    assert answer.status_code == 303
    assert (await booking(database, visit)).revision == 0


async def test_date_length_and_note_are_changed_and_taken_back(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(9, days=7))
    before = await booking(database, visit)
    desk = await sit(house.people["receptionist"])
    address = f"/console/house/visits/{visit}/change"
    typed = {**await form(desk, address), "time": "11:00", "minutes_1": "75", "note": "Oat milk"}
    answer = await desk.press(address, **typed)
    assert answer.status_code == 303, answer.text
    after = await booking(database, visit)
    assert (after.start, after.note) == (on(11, days=7), "Oat milk")
    assert after.end - after.start == timedelta(minutes=75)
    page = await desk.page(f"/console/house/visits/{visit}")
    history = page.select_one(".history")
    assert history is not None
    assert "changed the visit" in text_of(history)
    assert "Oat milk" in text_of(history)
    undo = history.select_one("form")
    assert undo is not None
    change = undo.select_one("input[name=change_id]")
    assert change is not None
    taken = await desk.press(str(undo["action"]), change_id=str(change["value"]))
    assert taken.status_code == 303
    back = await booking(database, visit)
    assert (back.start, back.end, back.note) == (before.start, before.end, before.note)
    stale = await desk.press(str(undo["action"]), change_id=str(change["value"]))
    assert stale.status_code == 409
    assert "changed this visit in the meantime" in stale.text


async def test_a_taken_time_is_warned_about_and_kept_what_was_typed(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(9, days=7))
    other = await add_visit(database, house, on(11, days=7), number=2)
    who = (await booking(database, other)).appointments[0].staff_id
    desk = await sit(house.people["receptionist"])
    address = f"/console/house/visits/{visit}/change"
    typed = {**await form(desk, address), "time": "11:00", "staff_1": str(who), "note": "Kept"}
    answer = await desk.press(address, **typed)
    assert answer.status_code == 409
    assert "This time is not free" in answer.text
    assert "Kept" in answer.text
    over = await desk.press(address, **typed, sure="yes")
    assert over.status_code == 303
    assert (await booking(database, visit)).overbooked


async def test_another_day_that_is_rarely_meant_is_asked_about_once(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(9, days=7))
    desk = await sit(house.people["receptionist"])
    address = f"/console/house/visits/{visit}/change"
    past = on(9, days=-1)
    typed = {**await form(desk, address), "date": past.date().isoformat(), "note": "Kept"}
    asked = await desk.press(address, **typed)
    assert asked.status_code == 409
    assert "lies in the past" in asked.text
    assert "Kept" in asked.text
    assert (await desk.press(address, **typed, meant=typed["date"])).status_code == 303
    assert (await booking(database, visit)).start == past

    async with database.transaction() as session:
        told = await session.scalar(text(CHANGES))
    assert told == 0, "nobody is told today that they come yesterday"

    # On the day where it is nothing is asked, whichever day that is.
    opened = {**await form(desk, address), "time": "11:00"}
    assert (await desk.press(address, **opened)).status_code == 303
    absurd = {**await form(desk, address), "date": on(9, days=3000).date().isoformat()}
    assert (await desk.press(address, **absurd)).status_code == 422


async def test_who_is_here_is_not_moved_to_a_later_day_and_the_page_says_why(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(9, days=-1))
    desk = await sit(house.people["receptionist"])
    await desk.press(f"/console/house/visits/{visit}/arrived")
    address = f"/console/house/visits/{visit}/change"
    later = {**await form(desk, address), "date": on(9, days=7).date().isoformat()}
    refused = await desk.press(address, **later)
    assert refused.status_code == 409
    assert "Its client has arrived already. Take that back first" in refused.text
    assert (await booking(database, visit)).start == on(9, days=-1)


async def test_two_open_forms_and_the_second_is_told(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(9, days=7))
    desk = await sit(house.people["receptionist"])
    address = f"/console/house/visits/{visit}/change"
    opened = await form(desk, address)
    assert (await desk.press(address, **{**opened, "time": "12:00"})).status_code == 303
    second = await desk.press(address, **{**opened, "time": "14:00"})
    assert second.status_code == 409
    assert "in the meantime" in second.text
    assert (await booking(database, visit)).start == on(12, days=7)


async def test_a_visit_goes_its_whole_way(house: House, database: Database, sit: Sit) -> None:
    visit = await add_visit(database, house, on(9, days=-1))
    desk = await sit(house.people["receptionist"])
    for button, status in (
        ("arrived", "arrived"),
        ("in-chair", "in_chair"),
        ("done", "done"),
        ("paid", "paid"),
    ):
        page = await desk.page(f"/console/house/visits/{visit}")
        assert page.select_one(f'form[action$="/{button}"]') is not None
        await desk.press(f"/console/house/visits/{visit}/{button}")
        assert await status_of(database, visit) == status
    await desk.press(f"/console/house/visits/{visit}/undo", marked="paid")
    assert await status_of(database, visit) == "done"
    late = await desk.press(f"/console/house/visits/{visit}/undo", marked="paid")
    assert late.status_code == 409
    assert await status_of(database, visit) == "done"


async def test_a_series_is_shown_moved_and_called_off_from_one_visit(
    house: House, database: Database, sit: Sit
) -> None:
    first = await add_visit(database, house, on(9, days=7), number=3)
    model = await booking(database, first)
    visits = await repeated(database, house, model)
    desk = await sit(house.people["receptionist"])
    page = await desk.page(f"/console/house/visits/{visits[1]}")
    assert len(page.select(".siblings li")) == 3
    address = f"/console/house/visits/{visits[1]}/change"
    typed = {**await form(desk, address), "time": "13:00", "scope": "later"}
    assert (await desk.press(address, **typed)).status_code == 303
    starts = [(await booking(database, each)).start.hour for each in visits]
    assert starts == [12, 13, 13]
    asked = await desk.page(f"/console/house/visits/{visits[1]}/cancel")
    assert "all later ones" in text_of(asked)
    await desk.press(f"/console/house/visits/{visits[1]}/cancel", scope="later", tell="no")
    statuses = [await status_of(database, each) for each in visits]
    assert statuses == ["confirmed", "cancelled", "cancelled"]


async def repeated(database: Database, house: House, model: Booking) -> tuple[UUID, ...]:
    start = on(12, days=7)
    wish = SeriesWish(
        service_ids=[each.service_id for each in model.appointments],
        staff_ids=[each.staff_id for each in model.appointments],
        start=start,
        every_weeks=1,
        until=start.date() + timedelta(weeks=2),
        customer=CustomerDetails("Series", "series@example.com", None, "de"),
    )

    async def work(session: Any) -> Any:
        return await book_series(
            session, salon=house.salon, wish=wish, by=SYSTEM, source="console", now=on(8)
        )

    return tuple((await attempt(database, work)).booking_ids)


async def test_a_stylist_changes_no_later_visit_of_a_colleague(
    house: House, database: Database, sit: Sit
) -> None:
    first = await add_visit(database, house, on(9, days=7), staff_id=house.ben)
    visits = await repeated(database, house, await booking(database, first))
    boss = await sit(house.people["receptionist"])
    address = f"/console/house/visits/{visits[2]}/change"
    given = {**await form(boss, address), "staff_1": str(house.anna)}
    assert (await boss.press(address, **given)).status_code == 303
    ben = await sit(house.people["staff"])
    address = f"/console/house/visits/{visits[1]}/change"
    typed = {**await form(ben, address), "time": "13:00", "scope": "later"}
    assert (await ben.press(address, **typed)).status_code == 403
    gone = await ben.press(f"/console/house/visits/{visits[1]}/cancel", scope="later")
    assert gone.status_code == 403
    assert [(await booking(database, each)).start.hour for each in visits] == [12, 12, 12]
    assert [await status_of(database, each) for each in visits] == ["confirmed"] * 3
