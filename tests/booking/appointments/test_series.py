"""Visits that repeat: all or none, conflicts one by one, the same time on the wall all year."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from openchair.booking.appointments.messages import booking_message
from openchair.booking.appointments.repeat import MOST_VISITS, series_starts
from openchair.booking.appointments.series import BookedSeries, Choice, SeriesWish, book_series
from openchair.booking.appointments.series_change import cancel_later_visits, move_later_visits
from openchair.notifications.rendering import Message
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid
from tests.builders import at, guest
from tests.cases.conftest import DESK, House

FRIDAY = 4
WEEK = 7


async def repeat(
    house: House,
    *,
    weeks: int = 4,
    choices: Mapping[date, Choice] | None = None,
    key: str | None = None,
    who: str = "lena",
) -> BookedSeries:
    salon = await house.salon()
    start = at(9, days=FRIDAY)
    wish = SeriesWish(
        service_ids=[house.ids["cut"]],
        staff_ids=[house.ids[who]],
        start=start,
        every_weeks=1,
        until=start.date() + timedelta(weeks=weeks - 1),
        customer=guest(),
    )
    return await attempt(
        house.database,
        lambda session: book_series(
            session,
            salon=salon,
            wish=wish,
            choices=choices,
            by=DESK,
            source="console",
            key=key,
            now=house.now,
        ),
    )


async def change(house: House, verb: Any, booking_id: Any, **more: Any) -> Any:
    salon = await house.salon()
    return await attempt(
        house.database,
        lambda session: verb(
            session, salon=salon, booking_id=booking_id, by=DESK, now=house.now, **more
        ),
    )


async def test_all_are_booked_and_the_client_hears_once(house: House) -> None:
    made = await repeat(house)
    assert len(made.booking_ids) == 4
    starts = [(await house.booking(each)).start for each in made.booking_ids]
    assert starts == [at(9, days=FRIDAY + WEEK * number) for number in range(4)]
    confirmed = "SELECT count(*) FROM notifications WHERE kind = 'booking.confirmed'"
    assert await house.count(confirmed) == 1
    reminders = "SELECT count(*) FROM notifications WHERE kind = 'booking.reminder'"
    assert await house.count(reminders) == 4
    salon = await house.salon()
    async with house.database.transaction() as session:
        row = (
            await session.execute(
                text("SELECT * FROM notifications WHERE kind = 'booking.confirmed'")
            )
        ).mappings()
        queued = row.one()
        message = Message(
            **{field.name: queued[field.name] for field in fields(Message) if field.name in queued}
        )
    mail = booking_message(
        message,
        booking=await house.booking(made.booking_ids[0]),
        salon=salon,
        now=house.now,
    )
    assert "Friday, 15 May, 09:00; Friday, 22 May, 09:00; Friday, 29 May" in mail.text
    assert "Booked as well" in mail.html


async def test_one_conflict_is_named_with_free_times_and_nothing_is_booked(house: House) -> None:
    taken = at(9, days=FRIDAY + WEEK)
    await house.book("cut", start=taken, who=["lena"], customer=guest(2))
    with pytest.raises(Conflict) as refusal:
        await repeat(house)
    (obstacle,) = refusal.value.details["obstacles"]
    assert refusal.value.code == "series_conflicts"
    assert obstacle["date"] == taken.date().isoformat()
    assert [(each["kind"], each["other"]) for each in obstacle["clashes"]] == [
        ("staff", guest(2).name)
    ]
    assert obstacle["near"][0] == "2026-05-15T09:30:00+02:00"
    assert await house.count("SELECT count(*) FROM bookings") == 1


@pytest.mark.parametrize("kind", ["skip", "move", "overbook"])
async def test_each_conflict_is_left_out_moved_or_doubled(house: House, kind: Any) -> None:
    taken = at(9, days=FRIDAY + WEEK)
    await house.book("cut", start=taken, who=["lena"], customer=guest(2))
    choice = Choice(kind, start=taken + timedelta(hours=2) if kind == "move" else None)
    made = await repeat(house, choices={taken.date(): choice})
    assert (len(made.booking_ids), made.skipped) == ((3, 1) if kind == "skip" else (4, 0))
    assert await house.overlaps() == 0
    if kind != "skip":
        second = await house.booking(made.booking_ids[1])
        assert second.start == (choice.start or taken)
        assert second.overbooked == (kind == "overbook")


async def test_two_series_at_once_do_not_share_a_time(house: House) -> None:
    """Case 8: whoever comes second is told about every date."""
    ended = await house.together([repeat(house), repeat(house)])
    assert ended == {"ok": 1, "series_conflicts": 1}
    assert await house.overlaps() == 0


async def test_the_same_request_again_books_nothing_new(house: House) -> None:
    ended = await house.together([repeat(house, key="once") for _ in range(3)])
    assert ended == {"ok": 3}
    assert (await repeat(house, key="once")).replayed
    assert await house.count("SELECT count(*) FROM booking_series") == 1
    assert await house.count("SELECT count(*) FROM bookings") == 4


async def test_this_and_later_move_on_by_their_own_distance(house: House) -> None:
    made = await repeat(house)
    moved = await change(
        house, move_later_visits, made.booking_ids[1], start=at(10, days=FRIDAY + WEEK * 2)
    )
    assert set(moved) == set(made.booking_ids[1:])
    starts = [(await house.booking(each)).start for each in made.booking_ids]
    assert starts == [
        at(9, days=FRIDAY),
        *(at(10, days=FRIDAY + WEEK * number) for number in (2, 3, 4)),
    ]
    told = "SELECT count(*) FROM notifications WHERE kind = 'booking.changed'"
    assert await house.count(told) == 1


async def test_moving_by_a_whole_week_runs_into_no_own_visit(house: House) -> None:
    made = await repeat(house)
    await change(house, move_later_visits, made.booking_ids[0], start=at(9, days=FRIDAY + WEEK))
    await change(house, move_later_visits, made.booking_ids[0], start=at(9, days=FRIDAY))
    assert await house.overlaps() == 0


async def test_a_later_visit_in_the_way_stops_all_until_somebody_chooses(house: House) -> None:
    made = await repeat(house)
    await house.book("cut", start=at(10, days=FRIDAY + WEEK * 2), who=["lena"], customer=guest(2))
    with pytest.raises(Conflict) as refusal:
        await change(
            house, move_later_visits, made.booking_ids[1], start=at(10, days=FRIDAY + WEEK)
        )
    (obstacle,) = refusal.value.details["obstacles"]
    assert obstacle["booking_id"] == str(made.booking_ids[2])
    assert (await house.booking(made.booking_ids[1])).start == at(9, days=FRIDAY + WEEK)
    await change(
        house,
        move_later_visits,
        made.booking_ids[1],
        start=at(10, days=FRIDAY + WEEK),
        choices={made.booking_ids[2]: Choice("skip")},
    )
    hours = [(await house.booking(each)).start.hour for each in made.booking_ids]
    assert hours == [9, 10, 9, 10]


async def test_this_and_later_are_called_off_and_what_was_stays(house: House) -> None:
    made = await repeat(house)
    gone = await change(house, cancel_later_visits, made.booking_ids[2], reason="moving away")
    assert gone == list(made.booking_ids[2:])
    statuses = [(await house.booking(each)).status for each in made.booking_ids]
    assert statuses == ["confirmed", "confirmed", "cancelled", "cancelled"]


def test_a_series_has_an_end() -> None:
    start = at(9, days=FRIDAY)
    for until in (start.date(), start.date() + timedelta(weeks=MOST_VISITS)):
        with pytest.raises(Invalid):
            series_starts(start=start, every_weeks=1, until=until, time_zone="Europe/Zurich")


@given(
    moment=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 31)),  # noqa: DTZ001
    every_weeks=st.integers(1, 8),
    count=st.integers(2, 40),
    zone=st.sampled_from(["Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_the_clock_on_the_wall_says_the_same_all_year(
    moment: datetime, every_weeks: int, count: int, zone: str
) -> None:
    first = moment.replace(second=0, microsecond=0, tzinfo=UTC).astimezone(ZoneInfo(zone))
    until = first.date() + timedelta(weeks=every_weeks * (count - 1))
    starts = series_starts(start=first, every_weeks=every_weeks, until=until, time_zone=zone)
    assert len(starts) == count
    for number, start in enumerate(starts):
        meant = first.replace(tzinfo=None) + timedelta(weeks=every_weeks * number)
        off = abs(start.replace(tzinfo=None) - meant)
        skipped = meant.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone))
        assert off == timedelta() or skipped.replace(tzinfo=None) != meant
        assert off <= timedelta(hours=1)
