"""Every change of a visit is kept with what it was before, and can be put back exactly."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.history import changes_of, latest_change, undo_change
from openchair.booking.appointments.mark import (
    mark_arrived,
    mark_done,
    mark_in_chair,
    mark_paid,
    undo_mark,
)
from openchair.booking.appointments.queries import Booking
from openchair.booking.appointments.reschedule import move_appointment, reschedule_booking
from openchair.booking.appointments.resize import minutes_of, resize_appointment
from openchair.booking.appointments.snapshot import Snapshot, snapshot_of
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict
from tests.builders import at, guest
from tests.cases.conftest import DESK, House

FRIDAY = 4
THAT_DAY = at(8, days=FRIDAY)


async def picture(house: House, booking_id: UUID) -> Snapshot:
    booking = await house.booking(booking_id)
    async with house.database.transaction() as session:
        return await snapshot_of(session, booking=booking)


async def do(house: House, verb: Any, booking_id: UUID, **more: Any) -> Any:
    """One verb of the desk, as a door runs it."""
    salon = await house.salon()
    of_salon = {"salon": salon} if verb in WITH_SALON else {"salon_id": salon.id}
    return await attempt(
        house.database,
        lambda session: verb(
            session, **of_salon, booking_id=booking_id, by=DESK, **{"now": house.now, **more}
        ),
    )


WITH_SALON = (cancel_booking, reschedule_booking, move_appointment, resize_appointment, undo_change)


async def latest(house: House, booking_id: UUID) -> UUID:
    salon = await house.salon()
    async with house.database.transaction() as session:
        change = await latest_change(session, salon_id=salon.id, booking_id=booking_id)
    assert change is not None
    return change.id


async def undo_latest(house: House, booking_id: UUID) -> Booking:
    change_id = await latest(house, booking_id)
    undone: Booking = await do(house, undo_change, booking_id, change_id=change_id, tell=False)
    return undone


async def test_a_move_is_put_back_with_every_stretch_it_took(house: House) -> None:
    made = await house.book("cut", "colour", start=at(9, days=FRIDAY), who=["max", "lena"])
    before = await picture(house, made.booking_id)
    await do(house, reschedule_booking, made.booking_id, start=at(12, days=FRIDAY), tell=False)
    assert await picture(house, made.booking_id) != before
    await undo_latest(house, made.booking_id)
    assert await picture(house, made.booking_id) == before
    assert (await house.booking(made.booking_id)).revision == 2


async def test_an_undo_can_be_undone(house: House) -> None:
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    await do(house, reschedule_booking, made.booking_id, start=at(12, days=FRIDAY))
    moved = await picture(house, made.booking_id)
    await undo_latest(house, made.booking_id)
    await undo_latest(house, made.booking_id)
    assert await picture(house, made.booking_id) == moved


async def test_what_somebody_changed_since_is_not_undone(house: House) -> None:
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    await do(house, reschedule_booking, made.booking_id, start=at(12, days=FRIDAY))
    salon = await house.salon()
    async with house.database.transaction() as session:
        change = await latest_change(session, salon_id=salon.id, booking_id=made.booking_id)
    assert change is not None
    await do(house, mark_arrived, made.booking_id, now=THAT_DAY)
    with pytest.raises(Conflict) as refusal:
        await do(house, undo_change, made.booking_id, change_id=change.id)
    assert refusal.value.code == "changed_meanwhile"
    assert (await house.booking(made.booking_id)).start == at(12, days=FRIDAY)


async def test_a_time_that_somebody_took_since_stays_theirs(house: House) -> None:
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    await do(house, reschedule_booking, made.booking_id, start=at(12, days=FRIDAY))
    after = await picture(house, made.booking_id)
    await house.book("cut", start=at(9, days=FRIDAY), who=["lena"], customer=guest(2))
    with pytest.raises(Conflict) as refusal:
        await undo_latest(house, made.booking_id)
    assert refusal.value.code == "time_taken"
    assert await picture(house, made.booking_id) == after
    assert await house.overlaps() == 0


async def test_a_cancelled_visit_is_put_back_exactly(house: House) -> None:
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    before = await picture(house, made.booking_id)
    await do(house, cancel_booking, made.booking_id, reason="ill")
    assert (await picture(house, made.booking_id))["taken"] == []
    await undo_latest(house, made.booking_id)
    assert await picture(house, made.booking_id) == before


async def test_the_history_says_who_and_what_before_and_after(house: House) -> None:
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    await do(house, reschedule_booking, made.booking_id, start=at(12, days=FRIDAY))
    salon = await house.salon()
    async with house.database.transaction() as session:
        changes = await changes_of(session, salon_id=salon.id, booking_id=made.booking_id)
    assert [(each.action, each.actor, each.can_undo) for each in changes] == [
        ("reschedule", "user", True),
        ("create", "client", False),
    ]
    moved = changes[0]
    assert moved.before is not None
    assert moved.after is not None
    assert moved.user_id == DESK.user_id
    assert moved.before["start"] == "2026-05-08T07:00:00+00:00"
    assert moved.after["start"] == "2026-05-08T10:00:00+00:00"


async def test_marks_go_forward_and_back_step_by_step(house: House) -> None:
    made = await house.book("cut", start=at(9), who=["lena"])
    seen = [await picture(house, made.booking_id)]
    for verb in (mark_arrived, mark_in_chair, mark_done, mark_paid):
        await do(house, verb, made.booking_id)
        seen.append(await picture(house, made.booking_id))
    assert [each["status"] for each in seen] == ["confirmed", "arrived", "in_chair", "done", "paid"]
    with pytest.raises(Conflict):
        await do(house, mark_arrived, made.booking_id, now=THAT_DAY)
    for expected in reversed(seen[:-1]):
        await do(house, undo_mark, made.booking_id)
        assert await picture(house, made.booking_id) == expected


async def test_a_skipped_step_is_skipped_back(house: House) -> None:
    made = await house.book("cut", start=at(9), who=["lena"])
    await do(house, mark_arrived, made.booking_id, now=THAT_DAY)
    await do(house, mark_done, made.booking_id, now=THAT_DAY)
    with pytest.raises(Conflict) as refusal:
        await do(house, undo_mark, made.booking_id, marked="paid")
    assert refusal.value.code == "changed_meanwhile"
    await do(house, undo_mark, made.booking_id, marked="done")
    assert (await house.booking(made.booking_id)).status == "arrived"


async def test_a_longer_visit_is_taken_for_longer_and_stays_longer_when_moved(
    house: House,
) -> None:
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    part = (await house.booking(made.booking_id)).appointments[0]
    await do(
        house, resize_appointment, made.booking_id, appointment_id=part.id, minutes=50, tell=False
    )
    free = await house.clock_times("cut", who=["lena"], day=at(9, days=FRIDAY).date())
    assert "09:30" not in free
    assert "10:00" in free
    moved = await house.move(made.booking_id, at(14, days=FRIDAY), by=DESK)
    part = moved.appointments[0]
    assert (minutes_of(part), part.extra_minutes) == (50, 20)
    before = await picture(house, made.booking_id)
    await do(house, resize_appointment, made.booking_id, appointment_id=part.id, minutes=15)
    await undo_latest(house, made.booking_id)
    assert await picture(house, made.booking_id) == before


async def test_one_service_goes_to_somebody_else_and_the_rest_stays(house: House) -> None:
    made = await house.book("colour", "cut", start=at(9, days=FRIDAY), who=["lena", "lena"])
    parts = (await house.booking(made.booking_id)).appointments
    moved = await do(
        house,
        move_appointment,
        made.booking_id,
        appointment_id=parts[1].id,
        staff_id=house.ids["max"],
    )
    assert [each.staff_id for each in moved.appointments] == [house.ids["lena"], house.ids["max"]]
    assert [each.id for each in moved.appointments] == [each.id for each in parts]
    later = await do(
        house,
        move_appointment,
        made.booking_id,
        appointment_id=parts[1].id,
        start=parts[1].start + timedelta(minutes=30),
    )
    assert later.start == at(9, 30, days=FRIDAY)


async def test_two_people_move_one_visit_at_once_and_one_is_told(house: House) -> None:
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    acts = [
        do(house, reschedule_booking, made.booking_id, start=at(hour, days=FRIDAY), revision=0)
        for hour in (11, 13)
    ]
    assert await house.together(acts) == {"ok": 1, "changed_meanwhile": 1}
    assert await house.overlaps() == 0


async def test_a_move_and_a_mark_at_once_both_end_well(house: House) -> None:
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    acts = [
        do(house, reschedule_booking, made.booking_id, start=at(11, days=FRIDAY), revision=0),
        do(house, mark_done, made.booking_id, now=THAT_DAY),
    ]
    ended = await house.together(acts)
    booking = await house.booking(made.booking_id)
    assert booking.status == "done"
    # Who was done first cannot be moved any more; moved first, the visit is done at its new time.
    assert booking.start == at(11 if ended["ok"] == 2 else 9, days=FRIDAY)
    held = await picture(house, made.booking_id)
    assert {each["start"] for each in held["taken"]} == {held["start"]}


STEPS = st.lists(
    st.sampled_from(["move", "resize", "reassign", "overbook", "arrive", "chair", "cancel"]),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(steps=STEPS, hours=st.lists(st.integers(9, 15), min_size=5, max_size=5), day=st.integers())
async def test_whatever_was_done_is_undone_step_by_step(
    house: House, steps: list[str], hours: list[int], day: int
) -> None:
    """Each undo restores the snapshot before its change, back to the first."""
    async with house.database.transaction() as session:
        await session.execute(text("DELETE FROM bookings"))
    made = await house.book(
        "colour", start=at(9, days=FRIDAY), who=["lena"], customer=guest(day % 9)
    )
    pictures, changes = [await picture(house, made.booking_id)], []
    for step, hour in zip(steps, hours, strict=False):
        try:
            await _step(house, made.booking_id, step, hour)
        except Conflict:
            continue
        now_is = await picture(house, made.booking_id)
        if now_is != pictures[-1]:
            pictures.append(now_is)
            changes.append(await latest(house, made.booking_id))
    for change_id, expected in zip(reversed(changes), reversed(pictures[:-1]), strict=True):
        await do(house, undo_change, made.booking_id, change_id=change_id, tell=False)
        assert await picture(house, made.booking_id) == expected
    assert await house.overlaps() == 0


async def _step(house: House, booking_id: UUID, step: str, hour: int) -> None:
    part = (await house.booking(booking_id)).appointments[0].id
    start = at(hour, days=FRIDAY)
    match step:
        case "move":
            await do(house, reschedule_booking, booking_id, start=start)
        case "resize":
            await do(house, resize_appointment, booking_id, appointment_id=part, minutes=hour * 10)
        case "reassign":
            await do(
                house,
                move_appointment,
                booking_id,
                appointment_id=part,
                start=start,
                staff_id=house.ids["lena"],
            )
        case "overbook":
            far = at(hour + 8, days=FRIDAY)
            await do(house, reschedule_booking, booking_id, start=far, overbook=True)
        case "arrive":
            await do(house, mark_arrived, booking_id, now=THAT_DAY)
        case "chair":
            await do(house, mark_in_chair, booking_id, now=THAT_DAY)
        case _:
            await do(house, cancel_booking, booking_id)
