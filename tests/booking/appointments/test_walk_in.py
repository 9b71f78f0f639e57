"""Somebody sits down without a booking: one visit however often it is pressed, nobody is told."""

from typing import Any

import pytest

from openchair.booking.appointments.request import Confirmed
from openchair.booking.appointments.walk_in import walk_in
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict
from tests.builders import at
from tests.cases.conftest import DESK, House


async def sit_down(
    house: House, who: str | None = None, key: str = "one", **more: Any
) -> Confirmed:
    salon = await house.salon()
    return await attempt(
        house.database,
        lambda session: walk_in(
            session,
            salon=salon,
            service_ids=[house.ids["cut"]],
            staff_id=house.ids[who] if who else None,
            by=DESK,
            key=key,
            now=house.now,
            **more,
        ),
    )


async def test_it_begins_now_is_marked_and_nobody_is_told(house: House) -> None:
    house.now = at(10, 7)
    made = await sit_down(house, "lena", name="the man with the dog")
    booking = await house.booking(made.booking_id)
    assert (booking.status, booking.start, booking.source) == ("arrived", at(10, 7), "walk_in")
    assert booking.customer_name == "the man with the dog"
    assert await house.count("SELECT count(*) FROM notifications") == 0
    assert await house.count("SELECT count(*) FROM occupancy WHERE kind = 'customer'") == 0


async def test_two_may_sit_at_once_and_are_one_customer(house: House) -> None:
    house.now = at(10)
    await sit_down(house, key="one")
    await sit_down(house, key="two")
    assert await house.count("SELECT count(*) FROM bookings") == 2
    assert await house.count("SELECT count(*) FROM customers WHERE kind = 'walk_in'") == 1
    with pytest.raises(Conflict) as refusal:
        await sit_down(house, key="three")
    assert refusal.value.code == "time_taken"
    await sit_down(house, key="three", overbook=True)
    assert await house.count("SELECT count(*) FROM bookings WHERE overbooked") == 1


async def test_pressed_many_times_at_once_it_is_one_visit(house: House) -> None:
    house.now = at(10)
    ended = await house.together([sit_down(house) for _ in range(6)])
    assert ended == {"ok": 6}
    assert await house.count("SELECT count(*) FROM bookings") == 1


async def test_it_can_be_moved_without_taking_the_customer(house: House) -> None:
    house.now = at(10)
    first, _ = await sit_down(house, "lena"), await sit_down(house, "max", key="two")
    moved = await house.move(first.booking_id, at(10, 30), by=DESK)
    assert moved.start == at(10, 30)
    assert await house.count("SELECT count(*) FROM occupancy WHERE kind = 'customer'") == 0
