"""Cases 20-27, 31-36 and 40: what is offered is what can be had, quickly, whatever the size."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from openchair.platform.errors import Conflict
from tests.builders import MONDAY, NINE, Shop, at, guest
from tests.cases.conftest import DESK, House

OpenHouse = Callable[..., Awaitable[House]]
TEN_TO_ELEVEN = ["10:00", "10:15", "10:30", "10:45"]
MOST_QUERIES = 5


async def test_case_20_a_service_longer_than_the_step_never_overlaps(house: House) -> None:
    """105 minutes of colour on a grid of 15: no start whose hands-on time meets another's."""
    await house.book("colour", start=at(11), who=["lena"])
    offered = await house.clock_times("colour", who=["lena"])
    for blocked in ("09:45", "10:45", "11:00", "11:15", "12:00"):
        assert blocked not in offered
    assert "10:15" in offered  # its hands-on parts fit around the other's
    for start in offered[::4]:
        hour, minute = map(int, start.split(":"))
        await house.together(
            [house.book("colour", start=at(hour, minute), who=["lena"], customer=guest(hour))]
        )
    assert await house.overlaps() == 0


async def test_case_21_one_booking_does_not_hide_the_day(house: House) -> None:
    """Only what it takes is gone."""
    before = await house.clock_times("cut", who=["lena"])
    await house.book("cut", start=at(10), who=["lena"])
    gone = set(before) - set(await house.clock_times("cut", who=["lena"]))
    assert gone == {"09:45", "10:00", "10:15"}


async def test_case_22_time_off_holds(open_house: OpenHouse) -> None:
    """Nobody is offered, nor booked by any way, while away; nor on a holiday."""

    async def build(shop: Shop) -> None:
        lena = await shop.person("lena", await shop.service("cut", 30))
        await shop.away(lena, at(10), at(12))
        await shop.holiday(MONDAY + timedelta(days=1))

    house = await open_house(build)
    times = await house.clock_times("cut")
    assert "09:30" in times
    assert "12:00" in times
    assert not {"09:45", "10:00", "11:45"} & set(times)
    assert await house.clock_times("cut", day=MONDAY + timedelta(days=1)) == []
    with pytest.raises(Conflict):
        await house.book("cut", start=at(11), by=DESK)


async def test_case_23_a_cleaning_buffer_may_run_past_closing(open_house: OpenHouse) -> None:
    """The last client leaves at five; the cleaning after is nobody's business but the room's."""

    async def build(shop: Shop) -> None:
        room = await shop.things("room", 1, "room")
        massage = await shop.service("massage", 60, after=30, needs=(room,))
        await shop.person("ola", massage)
        await shop.person("iga", massage)

    house = await open_house(build)
    assert (await house.clock_times("massage"))[-1] == "16:00"
    await house.book("massage", start=at(10), who=["ola"])
    times = await house.clock_times("massage", who=["iga"])
    assert "11:15" not in times  # the room is being cleaned
    assert "11:30" in times


async def test_case_24_different_buffers_before_and_after(open_house: OpenHouse) -> None:
    """Fifteen minutes to prepare, thirty to tidy up, each on its own side."""

    async def build(shop: Shop) -> None:
        await shop.person("lena", await shop.service("cut", 30, before=15, after=30))

    house = await open_house(build)
    assert (await house.clock_times("cut"))[0] == "09:15"
    await house.book("cut", start=at(12))
    times = await house.clock_times("cut")
    assert "11:00" not in times  # 11:30 + 30 tidying meets 11:45, when noon's is prepared
    assert "10:45" in times
    assert "13:00" not in times
    assert "13:15" in times


async def test_case_25_first_stylist_full_the_next_free_one_or_date(house: House) -> None:
    """A full stylist, then a full day, then a full month: there is always a next free time."""
    for hour in range(9, 17):
        for minute in (0, 30):
            await house.book(
                "cut", start=at(hour, minute), who=["lena"], customer=guest(hour * 60 + minute)
            )
    assert len(await house.clock_times("cut")) > 0
    found = await house.times("cut", who=["lena"])
    assert found.days[0].slots == ()
    assert found.next_free == datetime(2026, 5, 5, 7, 0, tzinfo=UTC)


async def test_case_26_a_rescheduled_away_time_is_free_again(house: House) -> None:
    """And so is a cancelled one, at once."""
    made = await house.book("cut", start=at(10, days=3), who=["lena"])
    await house.move(made.booking_id, at(14, days=3))
    thursday = MONDAY + timedelta(days=3)
    times = await house.clock_times("cut", day=thursday, who=["lena"])
    assert "10:00" in times
    assert "14:00" not in times
    await house.cancel(made.booking_id)
    assert "14:00" in await house.clock_times("cut", day=thursday, who=["lena"])


async def test_case_27_expired_holds_stop_blocking_at_once(house: House) -> None:
    """Nobody has swept anything: the time is offered and can be held and booked."""
    await house.hold("cut", start=at(10), who=["lena"])
    house.now += timedelta(minutes=9)
    assert "10:00" not in await house.clock_times("cut", who=["lena"])
    house.now += timedelta(minutes=1)
    assert "10:00" in await house.clock_times("cut", who=["lena"])
    assert await house.count("SELECT count(*) FROM occupancy") == 1
    await house.book("cut", start=at(10), who=["lena"])


@pytest.mark.parametrize("people", [1, 30])
async def test_cases_31_to_35_at_most_five_queries_whatever_the_size(
    open_house: OpenHouse, people: int
) -> None:
    """A month for one stylist or for thirty: the same few statements, counted on the server.

    31-34 complain of seconds and of a query a slot, 35 of a thousand queries for 110 resources.
    """

    async def build(shop: Shop) -> None:
        chair = await shop.things("chair", 4 * people)
        cut = await shop.service("cut", 30, needs=(chair,))
        for number in range(people):
            await shop.person(f"stylist-{number}", cut, breaks=((720, 750),))

    house = await open_house(build)
    await house.book("cut", start=at(10))
    await house.count("SELECT pg_stat_statements_reset() IS NULL")
    found = await house.times("cut", days=31)
    assert len(found.days) == 31
    assert all(len(day.slots) > 20 for day in found.days)
    queries = await house.count(
        """
        SELECT sum(calls) FROM pg_stat_statements
        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND toplevel AND query ILIKE '%select%' AND query NOT ILIKE '%pg_stat_statements%'
          AND query NOT ILIKE '%pg_catalog%'
        """
    )
    assert 0 < queries <= MOST_QUERIES


async def test_case_36_several_services_at_once(house: House) -> None:
    """Colour with Lena, then a cut with whoever is free: one visit, one price, back to back."""
    made = await house.book("colour", "cut", start=at(9), who=["lena", None])
    booking = await house.booking(made.booking_id)
    colour, cut = booking.appointments
    assert colour.end == cut.start
    assert (booking.start, booking.end) == (colour.start, cut.end)
    assert booking.price_minor == 12000 + 5000
    assert cut.staff_id == colour.staff_id  # the same hands where they are free


async def test_case_36_processing_time_is_bookable(house: House) -> None:
    """While the colour rests for 45 minutes, Lena cuts somebody else's hair."""
    await house.book("colour", start=at(9), who=["lena"])
    times = await house.clock_times("cut", who=["lena"])
    assert "09:30" in times
    assert "09:45" in times
    assert "10:00" not in times
    await house.book("cut", start=at(9, 30), who=["lena"], customer=guest(2))
    assert await house.overlaps() == 0


async def test_case_40_staff_and_room_together(open_house: OpenHouse) -> None:
    """Two stylists, one wash basin: a free person without the basin is not offered."""

    async def build(shop: Shop) -> None:
        basin = await shop.things("basin", 1)
        wash = await shop.service("wash", 30, needs=(basin,))
        cut = await shop.service("cut", 30)
        await shop.person("lena", wash, cut)
        await shop.person("max", wash, cut)

    house = await open_house(build)
    await house.book("wash", start=at(10), who=["lena"])
    assert not set(TEN_TO_ELEVEN[:2]) & set(await house.clock_times("wash"))
    assert set(TEN_TO_ELEVEN) <= set(await house.clock_times("cut"))
    outcome = await house.together(
        [house.book("wash", start=at(12), customer=guest(number)) for number in range(8)]
    )
    assert outcome == {"ok": 1, "time_taken": 7}


async def test_breaks_and_dated_shifts(open_house: OpenHouse) -> None:
    """A break is not bookable; a dated shift replaces that date's pattern."""
    wednesday = date(2026, 5, 6)

    async def build(shop: Shop) -> None:
        lena = await shop.person(
            "lena", await shop.service("cut", 30), breaks=((12 * 60, 12 * 60 + 30),)
        )
        await shop.dated_shift(lena, wednesday, NINE, 11 * 60)

    house = await open_house(build)
    times = await house.clock_times("cut")
    assert "11:30" in times
    assert not {"11:45", "12:00", "12:15"} & set(times)
    assert (await house.clock_times("cut", day=wednesday))[-1] == "10:30"
