"""People who come together: one booking each, all or none."""

from typing import Any

import pytest

from openchair.booking.appointments.group import BookedGroup, GroupPerson, book_group
from openchair.booking.appointments.siblings import group_of
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid
from tests.builders import at, guest
from tests.cases.conftest import DESK, House

FRIDAY = 4


async def together(house: House, *people: GroupPerson, **more: Any) -> BookedGroup:
    salon = await house.salon()
    return await attempt(
        house.database,
        lambda session: book_group(
            session,
            salon=salon,
            name="Wedding of Ada",
            people=people,
            language="de",
            by=DESK,
            source="console",
            now=house.now,
            **more,
        ),
    )


def person(house: House, name: str, service: str, who: str | None = None, **more: Any) -> Any:
    return GroupPerson(
        name=name,
        service_ids=[house.ids[service]],
        staff_ids=[house.ids[who] if who else None],
        start=at(9, days=FRIDAY),
        **more,
    )


async def test_each_has_a_booking_of_their_own_and_a_name_together(house: House) -> None:
    made = await together(
        house,
        person(house, "Ada", "cut", email="ada@example.com"),
        person(house, "Bea", "colour"),
    )
    salon = await house.salon()
    async with house.database.transaction() as session:
        group = await group_of(session, salon_id=salon.id, group_id=made.id)
    assert group is not None
    assert group.name == "Wedding of Ada"
    assert sorted(each.client for each in group.visits) == ["Ada", "Bea"]
    bookings = [await house.booking(each) for each in made.booking_ids]
    # Only Lena colours, so she is kept for that although Ada was named first.
    assert [each.appointments[0].staff_id for each in bookings] == [
        house.ids["max"],
        house.ids["lena"],
    ]
    assert {each.customer_email for each in bookings} == {"ada@example.com"}
    confirmed = "SELECT count(*) FROM notifications WHERE kind = 'booking.confirmed'"
    assert await house.count(confirmed) == 1


async def test_when_one_cannot_come_nobody_is_booked(house: House) -> None:
    await house.book("cut", start=at(9, days=FRIDAY), who=["max"], customer=guest(2))
    with pytest.raises(Conflict) as refusal:
        await together(
            house,
            person(house, "Ada", "cut", "lena", email="ada@example.com"),
            person(house, "Bea", "cut", "max"),
        )
    assert refusal.value.details["person"] == 1
    assert await house.count("SELECT count(*) FROM bookings") == 1
    assert await house.count("SELECT count(*) FROM booking_groups") == 0


async def test_sent_twice_at_once_it_is_one_group(house: House) -> None:
    ada = person(house, "Ada", "cut", email="ada@example.com")
    bea = person(house, "Bea", "cut")
    ended = await house.together([together(house, ada, bea, key="one") for _ in range(4)])
    assert ended == {"ok": 4}
    assert await house.count("SELECT count(*) FROM booking_groups") == 1
    assert await house.overlaps() == 0


async def test_one_person_is_no_group(house: House) -> None:
    with pytest.raises(Invalid):
        await together(house, person(house, "Ada", "cut", email="ada@example.com"))


async def test_a_member_is_moved_alone(house: House) -> None:
    made = await together(
        house,
        person(house, "Ada", "cut", email="ada@example.com"),
        person(house, "Bea", "cut"),
    )
    moved = await house.move(made.booking_ids[1], at(9, 15, days=FRIDAY), by=DESK)
    assert moved.start == at(9, 15, days=FRIDAY)
