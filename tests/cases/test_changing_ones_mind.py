"""Cancelling, moving, arriving, and taking it back: policies for clients, freedom for the team.

Case 42, the limit on reschedules, is here too.
"""

from datetime import timedelta

import pytest

from openchair.booking.appointments.hold import hold_time
from openchair.booking.appointments.mark import mark_arrived, mark_no_show, undo_mark
from openchair.booking.appointments.restore import restore_booking
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, TooMany
from openchair.platform.settings.base import forget
from tests.builders import at, guest
from tests.cases.conftest import CLIENT, DESK, House

FRIDAY = 4


async def test_case_42_a_client_moves_a_visit_three_times_and_no_more(house: House) -> None:
    """The team may move it once more, and that does not count."""
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    for hour in (10, 11, 12):
        await house.move(made.booking_id, at(hour, days=FRIDAY))
    with pytest.raises(Conflict) as refusal:
        await house.move(made.booking_id, at(13, days=FRIDAY))
    assert refusal.value.code == "reschedule_limit"
    moved = await house.move(made.booking_id, at(14, days=FRIDAY), by=DESK)
    assert (moved.reschedule_count, moved.revision) == (3, 4)


async def test_a_move_to_where_it_is_changes_nothing(house: House) -> None:
    """Pressed twice, it stays one change and one mail."""
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    await house.move(made.booking_id, at(10, days=FRIDAY))
    moved = await house.move(made.booking_id, at(10, days=FRIDAY))
    assert moved.reschedule_count == 1


async def test_two_moves_at_once_end_in_one_place(house: House) -> None:
    """Nobody is left in two places, and what is free is free."""
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    acts = [house.move(made.booking_id, at(hour, days=FRIDAY)) for hour in (10, 12)]
    assert (await house.together(acts))["ok"] >= 1
    assert await house.overlaps() == 0
    held = await house.count("SELECT count(*) FROM occupancy WHERE kind = 'staff'")
    assert held == 1


async def test_a_move_to_a_taken_time_leaves_the_visit_where_it_was(house: House) -> None:
    """Refused with other times; the old time is still taken."""
    await house.book("cut", start=at(10, days=FRIDAY), who=["lena"], customer=guest(2))
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    with pytest.raises(Conflict) as refusal:
        await house.move(made.booking_id, at(10, days=FRIDAY))
    assert refusal.value.details["alternatives"]
    assert (await house.booking(made.booking_id)).start == at(9, days=FRIDAY)
    assert await house.count("SELECT count(*) FROM occupancy WHERE kind = 'staff'") == 2


async def test_deadlines_bind_clients_and_not_the_team(house: House) -> None:
    """Twenty-three hours before: too late online, a call away for the team."""
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    house.now = at(10, days=FRIDAY - 1)
    for act in (house.move(made.booking_id, at(15, days=FRIDAY)), house.cancel(made.booking_id)):
        with pytest.raises(Conflict) as refusal:
            await act
        assert refusal.value.code == "too_late"
    await house.cancel(made.booking_id, by=DESK)
    assert (await house.booking(made.booking_id)).status == "cancelled"


async def test_cancelled_twice_at_once_is_cancelled_once(house: House) -> None:
    """One audit entry, one mail, one event."""
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    await house.together([house.cancel(made.booking_id) for _ in range(4)])
    for told in (
        "SELECT count(*) FROM audit_logs WHERE action = 'cancel'",
        "SELECT count(*) FROM notification_queue WHERE kind = 'booking.cancelled'",
        "SELECT count(*) FROM events WHERE name = 'booking.cancelled'",
    ):
        assert await house.count(told) == 1


async def test_a_cancelled_visit_comes_back_only_to_a_free_time(house: House) -> None:
    """Free: it is on again. Taken meanwhile: refused, with the times near it."""
    salon = await house.salon()
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])

    async def restore() -> None:
        await attempt(
            house.database,
            lambda session: restore_booking(
                session, salon=salon, booking_id=made.booking_id, by=DESK, now=house.now
            ),
        )

    await house.cancel(made.booking_id)
    await restore()
    assert (await house.booking(made.booking_id)).status == "confirmed"
    await house.cancel(made.booking_id)
    await house.book("cut", start=at(9, days=FRIDAY), who=["lena"], customer=guest(2))
    with pytest.raises(Conflict) as refusal:
        await restore()
    assert refusal.value.code == "time_taken"


async def test_marks_and_their_undo(house: House) -> None:
    """Arrived, not arrived after all; nobody is missed before the visit begins."""
    salon = await house.salon()
    made = await house.book("cut", start=at(9), who=["lena"])
    known = {"salon_id": salon.id, "booking_id": made.booking_id, "by": DESK}
    async with house.database.transaction() as session:
        with pytest.raises(Conflict) as refusal:
            await mark_no_show(session, **known, now=at(8, 59))  # type: ignore[arg-type]
        assert refusal.value.code == "too_early"
        await mark_arrived(session, **known, now=at(9))  # type: ignore[arg-type]
        with pytest.raises(Conflict):
            await mark_no_show(session, **known, now=at(10))  # type: ignore[arg-type]
        await undo_mark(session, **known, now=at(10))  # type: ignore[arg-type]
        await mark_no_show(session, **known, now=at(10))  # type: ignore[arg-type]
    booking = await house.booking(made.booking_id)
    assert (booking.status, booking.arrived_at, booking.no_show_at) == ("no_show", None, at(10))
    with pytest.raises(Conflict) as late:
        await house.cancel(made.booking_id, by=CLIENT)
    assert late.value.code == "not_expected"


async def test_nobody_holds_a_whole_salon(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that keeps holding is asked to wait; another may go on."""
    monkeypatch.setenv("OPENCHAIR_LIMIT_HOLDS_PER_TEN_MINUTES", "3")
    forget()
    salon = await house.salon()

    async def hold(hour: int, address: str) -> None:
        await attempt(
            house.database,
            lambda session: hold_time(
                session,
                salon=salon,
                service_ids=[house.ids["cut"]],
                start=at(hour),
                staff_ids=[house.ids["lena"]],
                address=address,
                now=house.now,
            ),
        )

    for hour in (9, 10, 11):
        await hold(hour, "192.0.2.1")
    with pytest.raises(TooMany) as refusal:
        await hold(12, "192.0.2.1")
    assert refusal.value.retry_after <= timedelta(minutes=10).total_seconds()
    await hold(12, "192.0.2.2")
    monkeypatch.undo()
    forget()
