"""What the calendar's scripts do, as they send it: drag, stretch, mark, undo, block, walk in."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response
from sqlalchemy import text

from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from tests.web.console.conftest import House, Seat, Sit, acts_on, add_visit, on, status_of

CALENDAR = "/console/house/calendar"


async def read(seat: Seat, day: datetime) -> dict[str, Any]:
    answer = await seat.client.get(f"{CALENDAR}/board?first={day.date()}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def entry(seat: Seat, visit: UUID, day: datetime) -> dict[str, Any]:
    visits: list[dict[str, Any]] = (await read(seat, day))["visits"]
    (found,) = [each for each in visits if each["booking_id"] == str(visit)]
    return found


async def drop(seat: Seat, visit: UUID, verb: str, day: datetime, **fields: Any) -> Response:
    shown = await entry(seat, visit, day)
    form = {"appointment_id": shown["appointment_id"], "revision": shown["revision"], **fields}
    return await seat.press(
        f"{CALENDAR}/visits/{visit}/{verb}", **{name: str(value) for name, value in form.items()}
    )


@pytest.fixture
async def desk(house: House, sit: Sit) -> Seat:
    return await sit(house.people["receptionist"])


async def test_a_visit_is_moved_to_another_stylist_and_back(
    house: House, database: Database, desk: Seat
) -> None:
    start, later = on(10, days=2), on(11, 30, days=2)
    visit = await add_visit(database, house, start)

    looked = await drop(desk, visit, "check", start, start=later.isoformat(), staff_id=house.ben)
    assert looked.json() == {"clashes": [], "doubt": None}
    done = await drop(desk, visit, "move", start, start=later.isoformat(), staff_id=house.ben)

    assert done.status_code == 200, done.text
    assert "Client 1" in done.json()["sentence"]
    shown = await entry(desk, visit, start)
    assert (shown["staff_id"], shown["start"]) == (str(house.ben), later.isoformat())
    change = done.json()["undo"]["change_id"]
    undone = await desk.press(f"{CALENDAR}/visits/{visit}/undo", change_id=change, tell="no")
    assert undone.status_code == 200, undone.text
    shown = await entry(desk, visit, start)
    assert (shown["staff_id"], shown["start"]) == (str(house.anna), start.isoformat())


async def test_dropped_where_it_was_nothing_happened(
    house: House, database: Database, desk: Seat
) -> None:
    start = on(10, days=2)
    visit = await add_visit(database, house, start)
    done = await drop(desk, visit, "move", start, start=start.isoformat(), staff_id=house.anna)
    assert done.json()["undo"] is None


async def test_what_is_in_the_way_is_named_and_can_be_booked_over(
    house: House, database: Database, desk: Seat
) -> None:
    start = on(10, days=2)
    visit = await add_visit(database, house, start)
    await add_visit(database, house, on(12, days=2), staff_id=house.ben, number=2)
    place = {"start": on(12, days=2).isoformat(), "staff_id": house.ben}

    looked = (await drop(desk, visit, "check", start, **place)).json()["clashes"]
    assert [(each["kind"], each["hard"]) for each in looked] == [("staff", False)]
    assert "Ben" in looked[0]["words"]
    assert "Client 2" in looked[0]["words"]
    refused = await drop(desk, visit, "move", start, **place)
    assert refused.status_code == 409
    assert refused.json()["code"] == "time_taken"
    assert [each["kind"] for each in refused.json()["clashes"]] == ["staff"]
    done = await drop(desk, visit, "move", start, **place, overbook="yes", tell="no")

    assert done.status_code == 200, done.text
    shown = await entry(desk, visit, start)
    assert "overbooked" in {badge["kind"] for badge in shown["badges"]}
    last = (await acts_on(database, visit))[-1].details
    assert (last["overbooked"], last["told"]) == (True, False)


async def test_a_stale_page_changes_nothing(house: House, database: Database, desk: Seat) -> None:
    start = on(10, days=2)
    visit = await add_visit(database, house, start)
    seen = await entry(desk, visit, start)
    await drop(desk, visit, "move", start, start=on(11, days=2).isoformat())
    late = await desk.press(
        f"{CALENDAR}/visits/{visit}/move",
        appointment_id=seen["appointment_id"],
        revision=str(seen["revision"]),
        start=on(13, days=2).isoformat(),
    )
    assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")


async def test_a_visit_is_made_longer(house: House, database: Database, desk: Seat) -> None:
    start = on(10, days=2)
    visit = await add_visit(database, house, start)
    done = await drop(desk, visit, "resize", start, minutes=45)
    assert done.status_code == 200, done.text
    assert (await entry(desk, visit, start))["minutes"] == 45
    for wrong in ("", "4", "0", "-15", "forty", "9999999"):
        refused = await drop(desk, visit, "resize", start, minutes=wrong)
        assert (refused.status_code, refused.json()["field"]) == (422, "minutes")


async def test_a_stylist_moves_own_visits_within_their_own_column(
    house: House, database: Database, sit: Sit
) -> None:
    start = on(10, days=2)
    mine = await add_visit(database, house, start, staff_id=house.ben)
    theirs = await add_visit(database, house, start, number=2)
    ben = await sit(house.people["staff"])
    later = on(12, days=2).isoformat()

    assert (await drop(ben, mine, "move", start, start=later)).status_code == 200
    for verb in ("check", "move"):
        given = await drop(ben, mine, verb, start, staff_id=house.anna)
        assert (given.status_code, given.json()["code"]) == (403, "not_your_time")
        other = await drop(ben, theirs, verb, start, start=later)
        assert (other.status_code, other.json()["code"]) == (403, "not_your_visit")
    shown = await entry(ben, theirs, start)
    assert (shown["movable"], shown["may"]) == (False, [])
    assert (await entry(ben, mine, start))["movable"]


async def test_a_visit_goes_its_way_and_each_step_can_be_taken_back(
    house: House, database: Database, desk: Seat
) -> None:
    visit = await add_visit(database, house, on(9, days=-1))
    undo = {}
    for status in ("arrived", "in_chair", "done", "paid"):
        done = await desk.press(f"{CALENDAR}/visits/{visit}/status", status=status)
        assert done.json()["status"] == status, done.text
        undo = done.json()["undo"]
    undone = await desk.press(f"{CALENDAR}/visits/{visit}/undo", **undo, tell="no")
    assert undone.status_code == 200, undone.text
    assert await status_of(database, visit) == "done"
    back = await desk.press(f"{CALENDAR}/visits/{visit}/status", status="confirmed")
    assert back.json()["status"] == "in_chair"
    wrong = await desk.press(f"{CALENDAR}/visits/{visit}/status", status="cancelled")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "status")


async def test_a_visit_ahead_has_no_marks_and_the_answer_says_what_to_do(
    house: House, database: Database, desk: Seat
) -> None:
    start = on(9, days=2)
    visit = await add_visit(database, house, start)
    assert {*(await entry(desk, visit, start))["may"]} == {"cancel", "move", "resize", "overbook"}
    for status in ("arrived", "in_chair", "done", "paid"):
        refused = await desk.press(f"{CALENDAR}/visits/{visit}/status", status=status)
        assert (refused.status_code, refused.json()["code"]) == (409, "too_early")
        assert "Move it to today first" in refused.json()["message"]
        assert f"{start:%-d}" in refused.json()["message"]
    missed = await desk.press(f"{CALENDAR}/visits/{visit}/status", status="no_show")
    assert "has not begun yet" in missed.json()["message"]
    assert await status_of(database, visit) == "confirmed"


async def test_time_is_blocked_freed_and_blocked_again(
    house: House, database: Database, desk: Seat
) -> None:
    stretch = {
        "staff_id": str(house.anna),
        "start": on(12, days=2).isoformat(),
        "end": on(13, days=2).isoformat(),
    }
    done = await desk.press(f"{CALENDAR}/blocks", **stretch, reason="Lunch with the supplier")
    assert done.status_code == 200, done.text
    (shown,) = (await read(desk, on(12, days=2)))["blocks"]
    assert (shown["name"], shown["reason"]) == ("Anna", "Lunch with the supplier")
    assert shown["removable"]
    taken = await desk.press(f"{CALENDAR}/blocks", **stretch)
    assert (taken.status_code, len(taken.json()["clashes"])) == (409, 1)

    gone = await desk.press(f"{CALENDAR}/blocks/{shown['id']}/remove")
    assert gone.status_code == 200, gone.text
    assert (await read(desk, on(12, days=2)))["blocks"] == []
    again = await desk.press(f"{CALENDAR}/blocks/{gone.json()['undo']['block_id']}/undo")
    assert again.status_code == 200, again.text
    assert (await read(desk, on(12, days=2)))["blocks"] == [shown]


async def test_a_stylist_blocks_their_own_time_only(house: House, sit: Sit) -> None:
    ben = await sit(house.people["staff"])
    stretch = {"start": on(12, days=2).isoformat(), "end": on(13, days=2).isoformat()}
    mine = await ben.press(f"{CALENDAR}/blocks", **stretch, staff_id=str(house.ben))
    assert mine.status_code == 200, mine.text
    theirs = await ben.press(f"{CALENDAR}/blocks", **stretch, staff_id=str(house.anna))
    thing = await ben.press(f"{CALENDAR}/blocks", **stretch, resource_id=str(uuid4()))
    assert {theirs.status_code, thing.status_code} == {403}


@pytest.fixture
async def open_house(house: House, database: Database) -> House:
    """A house in which it is always working time, whenever the tests run."""
    async with database.transaction() as session:
        await session.execute(text("UPDATE shifts SET starts_minute = 0, ends_minute = 1440"))
        await session.execute(
            text("UPDATE opening_hours SET opens_minute = 0, closes_minute = 1440")
        )
    return house


async def test_a_walk_in_takes_two_taps_and_a_slip_is_undone(
    open_house: House, database: Database, desk: Seat
) -> None:
    offer = (await desk.client.get(f"{CALENDAR}/walk-in")).json()["services"]
    (cut,) = offer
    assert cut["id"] == str(open_house.cut)
    assert cut["free"]["name"] in {"Anna", "Ben"}
    assert datetime.fromisoformat(cut["free"]["until"]) > utc_now()
    form = {"service_id": cut["id"], "staff_id": cut["free"]["staff_id"], "key": "one"}
    done = await desk.press(f"{CALENDAR}/walk-in", **form)
    twice = await desk.press(f"{CALENDAR}/walk-in", **form)

    assert done.status_code == 200, done.text
    visit = done.json()["visit"]
    assert twice.json()["visit"]["booking_id"] == visit["booking_id"]
    assert visit["staff_id"] == cut["free"]["staff_id"]
    assert await status_of(database, UUID(visit["booking_id"])) == "arrived"
    undone = await desk.press(
        f"{CALENDAR}/visits/{visit['booking_id']}/undo", **done.json()["undo"], tell="no"
    )
    assert undone.status_code == 200, undone.text
    assert await status_of(database, UUID(visit["booking_id"])) == "cancelled"


async def test_who_has_a_visit_now_is_not_offered(
    open_house: House, database: Database, desk: Seat
) -> None:
    for number, staff_id in enumerate((open_house.anna, open_house.ben)):
        await desk.press(
            f"{CALENDAR}/walk-in",
            service_id=str(open_house.cut),
            staff_id=str(staff_id),
            key=f"now {number}",
        )
    (cut,) = (await desk.client.get(f"{CALENDAR}/walk-in")).json()["services"]
    assert cut["free"] is None
    (cut,) = (await desk.client.get(f"{CALENDAR}/walk-in?staff_id={open_house.anna}")).json()[
        "services"
    ]
    assert cut["free"] is None


async def test_a_stylist_takes_walk_ins_of_their_own(open_house: House, sit: Sit) -> None:
    ben = await sit(open_house.people["staff"])
    (cut,) = (await ben.client.get(f"{CALENDAR}/walk-in")).json()["services"]
    assert cut["free"]["name"] == "Ben"
    other = await ben.press(
        f"{CALENDAR}/walk-in",
        service_id=cut["id"],
        staff_id=str(open_house.anna),
        key="x",
    )
    assert other.status_code == 403
    done = await ben.press(f"{CALENDAR}/walk-in", service_id=cut["id"], key="y", name="Zoë")
    assert done.json()["visit"]["staff_id"] == str(open_house.ben)
    assert done.json()["visit"]["client"] == "Zoë"


async def test_a_made_up_visit_cannot_be_uncreated(
    house: House, database: Database, desk: Seat
) -> None:
    visit = await add_visit(database, house, on(10, days=2))
    refused = await desk.press(f"{CALENDAR}/visits/{visit}/undo", change_id="created")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_undoable")
    assert await status_of(database, visit) == "confirmed"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"appointment_id": "x"}, "appointment_id"),
        ({"start": "tomorrow"}, "start"),
        ({"start": "2026-12-01T10:00:00"}, "start"),
        ({"staff_id": "x"}, "staff_id"),
        ({"revision": "-1"}, "revision"),
    ],
)
async def test_what_cannot_be_read_is_refused_by_name(
    house: House, database: Database, desk: Seat, fields: dict[str, str], field: str
) -> None:
    visit = await add_visit(database, house, on(10, days=2))
    refused = await drop(desk, visit, "move", on(10, days=2), **fields)
    assert (refused.status_code, refused.json()["field"]) == (422, field)


async def test_the_calendar_says_days_and_refuses_too_many(house: House, desk: Seat) -> None:
    today = on(0).date()
    for last in (today - timedelta(days=1), today + timedelta(days=14)):
        refused = await desk.client.get(f"{CALENDAR}/board?first={today}&last={last}")
        assert (refused.status_code, refused.json()["field"]) == (422, "last")
    fortnight = f"{CALENDAR}/board?first={today}&last={today + timedelta(days=13)}"
    assert len((await desk.client.get(fortnight)).json()["days"]) == 14
