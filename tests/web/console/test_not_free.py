"""A form that refuses a time says who or what stands in the way, in the calendar's words."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from httpx import Response

from openchair.booking.catalogue.models import ServiceRequirementRow
from openchair.booking.equipment.change import add_group, add_thing
from openchair.identity.audit.record import SYSTEM
from openchair.platform.db.engine import Database
from tests.builders import guest
from tests.web.console.conftest import House, Sit, add_visit, on, text_of
from tests.web.console.test_new_visit import NEW, form
from tests.web.console.test_visit_change import form as form_of


def told(answer: Response) -> list[str]:
    """The lines under the sentence."""
    assert answer.status_code == 409, answer.text
    page = BeautifulSoup(answer.text, "html.parser")
    return [text_of(line) for line in page.select(".warning .in-the-way li")]


async def add_room(database: Database, house: House) -> None:
    """The one room without which nobody here cuts hair."""
    async with database.transaction() as session:
        kind = await add_group(
            session,
            salon_id=house.salon.id,
            location_id=house.salon.location.id,
            kind="room",
            name={"en": "Rooms"},
            by=SYSTEM,
        )
        await add_thing(
            session, salon_id=house.salon.id, group_id=kind, name="Quiet room", by=SYSTEM
        )
        session.add(
            ServiceRequirementRow(salon_id=house.salon.id, service_id=house.cut, group_id=kind)
        )


async def test_the_other_client_is_named(house: House, database: Database, sit: Sit) -> None:
    await add_visit(database, house, on(10, days=7))
    desk = await sit(house.people["receptionist"])
    refused = await desk.press(NEW, **form(house, on(10, days=7)))
    assert told(refused) == ["Anna has Client 1, 10:00 to 10:30."]


async def test_everybody_is_named_who_could_have_done_it(
    house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(10, days=7))
    await add_visit(database, house, on(10, 15, days=7), staff_id=house.ben, number=2)
    desk = await sit(house.people["receptionist"])
    refused = await desk.press(NEW, **form(house, on(10, days=7), staff_1=""))
    assert told(refused) == [
        "Anna has Client 1, 10:00 to 10:30.",
        "Ben has Client 2, 10:15 to 10:45.",
    ]


async def test_of_each_date_of_a_series_too(house: House, database: Database, sit: Sit) -> None:
    for number, staff_id in enumerate((house.anna, house.ben)):
        await add_visit(database, house, on(10, days=14), staff_id=staff_id, number=number)
    desk = await sit(house.people["receptionist"])
    until = on(10, days=21).date().isoformat()
    wanted = form(house, on(10, days=7), staff_1="", every_weeks="1", until=until)
    page = BeautifulSoup((await desk.press(NEW, **wanted)).text, "html.parser")
    assert [text_of(line) for line in page.select(".warning .field .soft")] == [
        "Anna has Client 0, 10:00 to 10:30.",
        "Ben has Client 1, 10:00 to 10:30.",
    ]


async def test_a_room_is_named_with_whom_it_is_taken_by(
    house: House, database: Database, sit: Sit
) -> None:
    await add_room(database, house)
    await add_visit(database, house, on(10, days=7))
    desk = await sit(house.people["receptionist"])
    refused = await desk.press(NEW, **form(house, on(10, days=7), staff_1=str(house.ben)))
    assert told(refused) == ["Quiet room is taken by Client 1, 10:00 to 10:30."]


async def test_outside_the_shift_is_said(house: House, sit: Sit) -> None:
    desk = await sit(house.people["receptionist"])
    refused = await desk.press(NEW, **form(house, on(16, 45, days=7)))
    assert told(refused) == [
        "The salon is closed, 17:00 to 17:15.",
        "Anna does not work, 17:00 to 17:15.",
    ]


@pytest.mark.parametrize("chosen", ["from the list", ""])
async def test_when_the_client_is_here_already_is_said(chosen: str, house: House, sit: Sit) -> None:
    desk = await sit(house.people["receptionist"])
    first = form(house, on(10, days=7))
    assert (await desk.press(NEW, **first)).status_code == 303
    again = form(house, on(10, 15, days=7), staff_1=str(house.ben))
    if chosen:
        found = await desk.press(NEW, **again, find="olga", step="find")
        button = BeautifulSoup(found.text, "html.parser").select_one("button[name=choose]")
        assert button is not None
        again = {**again, "client": str(button["value"]), "phone": ""}
    assert told(await desk.press(NEW, **again)) == ["The client has another visit, 10:00 to 10:30."]


async def test_of_a_group_the_one_it_is_about_is_told_what_is_in_the_way(
    house: House, database: Database, sit: Sit
) -> None:
    await add_visit(database, house, on(10, days=7), staff_id=house.ben)
    desk = await sit(house.people["receptionist"])
    wanted = form(house, on(10, days=7), group_name="Wedding", person_2="Bea")
    refused = await desk.press(NEW, **wanted, person_staff_2=str(house.ben))
    assert "Bea: This time is not free" in refused.text
    assert told(refused) == ["Ben has Client 1, 10:00 to 10:30."]
    # Anna is free, but she cannot cut the hair of two of them at once.
    refused = await desk.press(NEW, **wanted, person_staff_2=str(house.anna))
    assert told(refused) == ["Anna has Olga Шевченко, 10:00 to 10:30."]


async def test_a_change_is_told_what_is_in_the_way_of_what_it_asks_for(
    house: House, database: Database, sit: Sit
) -> None:
    visit = await add_visit(database, house, on(9, days=7))
    await add_visit(database, house, on(11, days=7), number=2)
    desk = await sit(house.people["receptionist"])
    address = f"/console/house/visits/{visit}/change"
    opened = await form_of(desk, address)
    refused = await desk.press(address, **{**opened, "time": "11:00"})
    assert told(refused) == ["Anna has Client 2, 11:00 to 11:30."]
    stretched = await desk.press(address, **{**opened, "time": "10:00", "minutes_1": "75"})
    assert told(stretched) == ["Anna has Client 2, 11:00 to 11:30."]
    given = {**opened, "time": "17:30", "staff_1": str(house.ben)}
    assert told(await desk.press(address, **given)) == [
        "The salon is closed, 17:30 to 18:00.",
        "Ben does not work, 17:30 to 18:00.",
    ]


async def test_a_stylist_reads_of_a_colleagues_client_what_the_calendar_shows(
    house: House, database: Database, sit: Sit
) -> None:
    await add_room(database, house)
    await add_visit(database, house, on(10, days=7))
    mine = await add_visit(database, house, on(9, days=7), staff_id=house.ben, number=2)
    ben = await sit(house.people["staff"])
    day = on(10, days=7).date()
    board = (await ben.client.get(f"/console/house/calendar/board?first={day}")).json()
    shown = {each["client"] for each in board["visits"]}
    address = f"/console/house/visits/{mine}/change"
    asked = [
        await ben.press(NEW, **form(house, on(10, days=7), staff_1=str(house.ben))),
        await ben.press(address, **{**await form_of(ben, address), "time": "10:00"}),
    ]
    for refused in asked:
        assert told(refused) == ["Quiet room is taken by Client 1, 10:00 to 10:30."]
        assert "Client 1" in shown
        assert str(guest(1).email) not in refused.text
        assert str(house.anna) not in refused.text


async def test_a_long_list_is_cut_and_counted(house: House, database: Database, sit: Sit) -> None:
    for place in range(8):
        start = on(9, days=7) + timedelta(minutes=30 * place)
        await add_visit(database, house, start, number=place)
    visit = await add_visit(database, house, on(16, days=7), number=9)
    desk = await sit(house.people["receptionist"])
    address = f"/console/house/visits/{visit}/change"
    long = {**await form_of(desk, address), "time": "09:00", "minutes_1": "240"}
    lines = told(await desk.press(address, **long))
    assert lines[:2] == [
        "Anna has Client 0, 09:00 to 09:30.",
        "Anna has Client 1, 09:30 to 10:00.",
    ]
    assert lines[-1] == "and 2 more"
    assert len(lines) == 7
