"""Cases 1-13: nobody and nothing is booked twice, whoever comes how and when."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from openchair.platform.errors import Conflict, Invalid
from tests.builders import Shop, at, guest
from tests.cases.conftest import CLIENT, DESK, House

OpenHouse = Callable[..., Awaitable[House]]


async def test_case_01_two_tabs_one_slot(house: House) -> None:
    """The second tab of the same slot is told so, with other times."""
    await house.hold("cut", start=at(10), who=["lena"])
    with pytest.raises(Conflict) as refusal:
        await house.hold("cut", start=at(10), who=["lena"])
    assert refusal.value.code == "time_taken"
    near = [each["start"] for each in refusal.value.details["alternatives"]]
    assert near[:2] == ["2026-05-04T09:30:00+02:00", "2026-05-04T10:30:00+02:00"]


async def test_case_02_any_staff_under_load(house: House) -> None:
    """Two stylists, thirty clients, "whoever is free": two get the time, one with each."""
    outcome = await house.together(
        [house.book("cut", start=at(10), customer=guest(number)) for number in range(30)]
    )
    assert outcome == {"ok": 2, "time_taken": 28}
    assert await house.count("SELECT count(DISTINCT staff_id) FROM appointments") == 2
    assert await house.overlaps() == 0


async def test_case_03_overlap_on_purpose_is_warned_allowed_and_audited(house: House) -> None:
    """The desk is refused first, may insist, and the log says who; a client may never insist."""
    await house.book("cut", start=at(10), who=["lena"])
    with pytest.raises(Conflict):
        await house.book("cut", start=at(10), who=["lena"], customer=guest(2), by=DESK)
    with pytest.raises(Conflict):
        await house.book("cut", start=at(10), who=["lena"], customer=guest(2), overbook=True)

    made = await house.book(
        "cut", start=at(10), who=["lena"], customer=guest(2), by=DESK, overbook=True
    )

    assert (await house.booking(made.booking_id)).overbooked
    assert (
        await house.count(
            "SELECT count(*) FROM audit_logs WHERE resource_id = :id AND user_id = :who"
            " AND metadata ->> 'overbooked' = 'true'",
            id=str(made.booking_id),
            who=DESK.user_id,
        )
        == 1
    )


async def test_case_04_many_at_once_exactly_one_confirmation(house: House) -> None:
    """Fifty clients, one stylist, one time: one gets it, the others hear what else is free."""
    acts = [
        house.book("cut", start=at(10), who=["lena"], customer=guest(number))
        for number in range(50)
    ]
    assert await house.together(acts) == {"ok": 1, "time_taken": 49}
    assert await house.count("SELECT count(*) FROM bookings") == 1


async def test_case_05_no_gap_between_check_and_insert(house: House) -> None:
    """Starts that overlap without being equal: whoever is first, the rest lose."""
    acts = [
        house.book("colour", start=at(10, quarter * 15), customer=guest(10 * n + quarter))
        for n in range(5)
        for quarter in range(2)
    ]
    outcome = await house.together(acts)
    assert outcome["ok"] == 1
    assert await house.overlaps() == 0


async def test_case_06_two_pending_requests_cannot_both_be_confirmed(house: House) -> None:
    """A hold that lapsed and was taken by another is not confirmed after all."""
    first = await house.hold("cut", start=at(10), who=["lena"])
    house.now += timedelta(minutes=11)
    second = await house.hold("cut", start=at(10), who=["lena"])
    outcome = await house.together(
        [house.confirm(first, guest(1)), house.confirm(second, guest(2))]
    )
    assert outcome == {"ok": 1, "hold_expired": 1}


async def test_case_07_a_held_slot_is_not_bookable_by_another(house: House) -> None:
    """Nor does the list of times offer it."""
    await house.hold("cut", start=at(10), who=["lena"])
    assert "10:00" not in await house.clock_times("cut", who=["lena"])
    with pytest.raises(Conflict):
        await house.book("cut", start=at(10), who=["lena"])


async def test_case_08_two_weekly_visits_made_at_once_do_not_meet(house: House) -> None:
    """A series is its visits: two people book the same four Mondays at once."""
    acts = [
        house.book(
            "cut", start=at(10, days=7 * week), who=["lena"], customer=guest(100 * person + week)
        )
        for week in range(4)
        for person in range(2)
    ]
    assert await house.together(acts) == {"ok": 4, "time_taken": 4}
    assert await house.overlaps() == 0


async def test_case_09_the_last_chair_is_given_once(open_house: OpenHouse) -> None:
    """Six stylists, one place left: the room's capacity holds like a person's."""

    async def build(shop: Shop) -> None:
        seat = await shop.things("seat", 1)
        cut = await shop.service("cut", 30, needs=(seat,))
        for number in range(6):
            await shop.person(f"stylist-{number}", cut)

    house = await open_house(build)
    acts = [house.book("cut", start=at(10), customer=guest(number)) for number in range(12)]
    assert await house.together(acts) == {"ok": 1, "time_taken": 11}


async def test_case_10_the_database_refuses_not_a_pause(house: House) -> None:
    """The constraint itself refuses a second row, whatever code writes it."""
    made = await house.book("cut", start=at(10), who=["lena"])
    copied = """
        INSERT INTO occupancy (salon_id, id, resource_id, kind, during, state, booking_id)
        SELECT salon_id, gen_random_uuid(), resource_id, kind, during, state, booking_id
        FROM occupancy WHERE booking_id = :id RETURNING 1
    """
    with pytest.raises(Exception, match="ex_occupancy_no_overlap"):
        await house.count(copied, id=made.booking_id)


async def test_case_11_a_second_free_stylist_at_the_same_time_is_bookable(house: House) -> None:
    """One stylist taken does not take the time."""
    await house.book("cut", start=at(10), who=["lena"])
    assert "10:00" in await house.clock_times("cut")
    made = await house.book("cut", start=at(10), customer=guest(2))
    booking = await house.booking(made.booking_id)
    assert booking.appointments[0].staff_id == house.ids["max"]


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (at(3, days=1), "time_taken"),  # closed
        (at(16, 45), "time_taken"),  # would end after closing
        (at(10, days=-1), "past"),
        (at(10, 7), "off_grid"),
        (at(10, days=91), "too_far"),
        (datetime(9999, 12, 31, 23, 45, tzinfo=UTC), "too_far"),
        (datetime(1, 1, 1, 0, 15, tzinfo=UTC), "past"),
    ],
)
async def test_case_12_a_tampered_start_is_refused(
    house: House, start: datetime, code: str
) -> None:
    """Closed, past, off the grid, beyond the horizon: each with its own sentence."""
    with pytest.raises((Conflict, Invalid)) as refusal:
        await house.book("cut", start=start)
    assert refusal.value.code == code
    assert await house.count("SELECT count(*) FROM bookings") == 0


async def test_case_12_buffers_and_other_salons_cannot_be_booked(open_house: OpenHouse) -> None:
    """Not inside a buffer, not the neighbour's service, not for a price of one's own."""

    async def build(shop: Shop) -> None:
        await shop.person("lena", await shop.service("cut", 30, after=15, price=7000))

    house, neighbour = await open_house(build), await open_house(build)
    made = await house.book("cut", start=at(10))
    with pytest.raises(Conflict):
        await house.book("cut", start=at(10, 30), customer=guest(2))
    assert (await house.booking(made.booking_id)).price_minor == 7000
    house.ids["cut"] = neighbour.ids["cut"]
    with pytest.raises(Invalid) as refusal:
        await house.book("cut", start=at(12))
    assert refusal.value.code == "service_not_offered"


async def test_case_13_one_client_same_time_twice(house: House) -> None:
    """Not even with another stylist; unless somebody of the team says that it is fine."""
    await house.book("cut", start=at(10), who=["lena"], customer=guest(1))
    with pytest.raises(Conflict) as refusal:
        await house.book("cut", start=at(10), who=["max"], customer=guest(1))
    assert refusal.value.code == "customer_busy"
    outcome = await house.together(
        [
            house.book("cut", start=at(12), who=[who], customer=guest(9), by=CLIENT)
            for who in ("lena", "max")
        ]
    )
    assert outcome == {"ok": 1, "customer_busy": 1}
    await house.book("cut", start=at(10), who=["max"], customer=guest(1), by=DESK, may_overlap=True)
