"""A visit is marked from its own day on, in the salon's own zone; before it, nothing was."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.mark import (
    mark_arrived,
    mark_done,
    mark_in_chair,
    mark_paid,
    undo_mark,
)
from openchair.booking.appointments.reschedule import reschedule_booking
from openchair.identity.audit.record import SYSTEM
from openchair.platform.errors import Conflict
from tests.builders import at, guest, make_salon
from tests.cases.conftest import DESK, House

MARKS = (mark_arrived, mark_in_chair, mark_done, mark_paid)
FRIDAY = 4


async def press(house: House, verb: Any, booking_id: Any, *, now: datetime) -> None:
    salon = await house.salon()
    async with house.database.transaction() as session:
        await verb(session, salon_id=salon.id, booking_id=booking_id, by=DESK, now=now)


@pytest.mark.parametrize("verb", MARKS)
async def test_a_visit_of_a_later_day_is_not_marked(house: House, verb: Any) -> None:
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    with pytest.raises(Conflict) as refusal:
        await press(house, verb, made.booking_id, now=at(23, 59, days=FRIDAY - 1))
    assert refusal.value.code == "too_early"
    assert refusal.value.details == {"day": "2026-05-08"}
    assert (await house.booking(made.booking_id)).status == "confirmed"
    # From midnight on: who comes early that day is here.
    await press(house, verb, made.booking_id, now=at(0, days=FRIDAY))
    assert (await house.booking(made.booking_id)).status != "confirmed"


@pytest.mark.parametrize(
    ("zone", "start", "its_day"),
    [
        # Early in the morning of the 9th in Auckland it is still the 8th almost everywhere else.
        (
            "Pacific/Auckland",
            datetime(2026, 5, 8, 21, 30, tzinfo=UTC),
            datetime(2026, 5, 8, 12, 0, tzinfo=UTC),
        ),
        # The evening of the 8th in Los Angeles is the 9th almost everywhere else.
        (
            "America/Los_Angeles",
            datetime(2026, 5, 8, 23, 30, tzinfo=UTC),
            datetime(2026, 5, 8, 7, 0, tzinfo=UTC),
        ),
    ],
)
async def test_the_day_is_the_salons_own(
    session: Any, zone: str, start: datetime, its_day: datetime
) -> None:
    shop = await make_salon(session, time_zone=zone)
    anna = await shop.person("anna", await shop.service("cut", 30))
    made = await book(
        session,
        salon=await shop.salon(),
        service_ids=[shop.services["cut"]],
        staff_ids=[anna],
        start=start,
        customer=guest(),
        consents={},
        source="test",
        actor=SYSTEM,
        now=its_day - timedelta(days=1),
    )
    how: dict[str, Any] = {"salon_id": shop.salon_id, "booking_id": made.booking_id, "by": SYSTEM}
    with pytest.raises(Conflict) as refusal:
        await mark_paid(session, **how, now=its_day - timedelta(minutes=1))
    assert refusal.value.code == "too_early"
    await mark_paid(session, **how, now=its_day)


async def test_who_is_here_is_not_moved_to_another_day(house: House) -> None:
    """It would be marked, and count, before it began."""
    salon = await house.salon()
    made = await house.book("cut", start=at(9), who=["lena"])
    await press(house, mark_arrived, made.booking_id, now=at(9))
    how: dict[str, Any] = {"salon": salon, "booking_id": made.booking_id, "by": DESK, "now": at(9)}
    async with house.database.transaction() as session:
        with pytest.raises(Conflict) as refusal:
            await reschedule_booking(session, **how, start=at(9, days=FRIDAY))
        assert refusal.value.code == "already_here"
    async with house.database.transaction() as session:
        later = await reschedule_booking(session, **how, start=at(12))
    assert (later.status, later.start) == ("arrived", at(12))
    await press(house, undo_mark, made.booking_id, now=at(9))
    async with house.database.transaction() as session:
        moved = await reschedule_booking(session, **how, start=at(9, days=FRIDAY))
    assert (moved.status, moved.start) == ("confirmed", at(9, days=FRIDAY))
