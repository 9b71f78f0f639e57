"""A visit that is moved in the calendar to a day that is rarely meant: asked about once."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select

from openchair.notifications.models import QueuedMessage
from openchair.platform.db.engine import Database
from tests.web.console.calendar.test_acts import drop, entry
from tests.web.console.conftest import House, Seat, Sit, add_visit, on


@pytest.fixture
async def desk(house: House, sit: Sit) -> Seat:
    return await sit(house.people["receptionist"])


async def told_of(database: Database, visit: UUID) -> int:
    """How many messages about a change wait to be sent."""
    async with database.transaction() as session:
        changed = select(func.count()).where(
            QueuedMessage.kind == "booking.changed",
            QueuedMessage.reference == f"booking:{visit}",
        )
        return await session.scalar(changed) or 0


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "lies in the past"), (400, "is more than a year ahead")]
)
async def test_a_day_that_is_rarely_meant_is_asked_about_once(
    house: House, database: Database, desk: Seat, days: int, words: str
) -> None:
    start, wanted = on(10, days=2), on(11, days=days)
    visit = await add_visit(database, house, start)
    place = {"start": wanted.isoformat(), "tell": "yes", "overbook": "yes"}
    day = wanted.date().isoformat()

    looked = (await drop(desk, visit, "check", start, start=wanted.isoformat())).json()
    assert looked["doubt"]["day"] == day
    assert words in looked["doubt"]["words"]
    for other in ({}, {"meant": "yes"}, {"meant": on(11, days=days - 1).date()}):
        refused = await drop(desk, visit, "move", start, **place, **other)
        assert (refused.status_code, refused.json()["code"]) == (409, "day_doubtful")
        assert refused.json()["field"] == "meant"
        assert refused.json()["doubt"] == looked["doubt"]
        assert refused.json()["message"] == looked["doubt"]["words"]
    assert (await entry(desk, visit, start))["start"] == start.isoformat()

    done = await drop(desk, visit, "move", start, **place, meant=day)
    assert done.status_code == 200, done.text
    assert (await entry(desk, visit, wanted))["start"] == wanted.isoformat()
    # Nobody is told today that they come yesterday.
    assert await told_of(database, visit) == (1 if days > 0 else 0)


@pytest.mark.parametrize("from_days, to_days", [(-1, -1), (2, 2), (2, 9), (-1, 0)])
async def test_within_a_day_and_on_usual_days_nothing_is_asked(
    house: House, database: Database, desk: Seat, from_days: int, to_days: int
) -> None:
    start, wanted = on(10, days=from_days), on(12, days=to_days)
    visit = await add_visit(database, house, start)
    looked = await drop(desk, visit, "check", start, start=wanted.isoformat())
    assert looked.json()["doubt"] is None
    moved = await drop(
        desk, visit, "move", start, start=wanted.isoformat(), overbook="yes", tell="yes"
    )
    assert moved.status_code == 200, moved.text
    longer = await drop(desk, visit, "resize", wanted, minutes=45, overbook="yes")
    assert longer.status_code == 200, longer.text


async def test_the_day_is_asked_about_in_the_salons_time(
    house: House, database: Database, desk: Seat
) -> None:
    start = on(10, days=2)
    visit = await add_visit(database, house, start)
    early = datetime.combine(on(0).date(), on(0, 30).timetz())
    looked = await drop(desk, visit, "check", start, start=early.astimezone().isoformat())
    assert looked.json()["doubt"] is None
