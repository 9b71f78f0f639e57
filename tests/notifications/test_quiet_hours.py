"""Quiet hours against a slow model that looks at the clock minute by minute, through the nights in
which it changes.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.quiet_hours import (
    USUAL,
    QuietHours,
    end_of_quiet,
    quiet_hours_of,
    quiet_until,
)
from tests.builders import make_salon

MINUTE = timedelta(minutes=1)
ZURICH = "Europe/Zurich"
CHANGES = [
    (ZURICH, date(2026, 3, 29)),
    (ZURICH, date(2026, 10, 25)),
    (ZURICH, date(2026, 6, 10)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Havana", date(2026, 3, 8)),  # at midnight
    ("America/Havana", date(2026, 11, 1)),
    ("Asia/Kathmandu", date(2026, 1, 1)),
]


@lru_cache(maxsize=32)
def minutes_around(name: str, day: date) -> list[tuple[datetime, datetime]]:
    """Every minute of five days as (instant, what the clock shows)."""
    zone = ZoneInfo(name)
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2)
    instants = [first + number * MINUTE for number in range(5 * 1440)]
    return [(each, each.astimezone(zone).replace(tzinfo=None)) for each in instants]


def slow_stretches(name: str, day: date, quiet: QuietHours) -> list[tuple[datetime, datetime]]:
    """From the first minute that shows the beginning to the last that shows the end; what is
    never shown is the first minute that shows more.
    """
    minutes = minutes_around(name, day)

    def find(wall: datetime, *, last: bool) -> datetime | None:
        shown = [instant for instant, clock in minutes if clock == wall]
        if shown:
            return shown[-1] if last else shown[0]
        if not minutes[0][1] < wall < minutes[-1][1]:
            return None
        return next(instant for instant, clock in minutes if clock > wall)

    found = []
    for number in range(-2, 3):
        start = datetime(day.year, day.month, day.day) + timedelta(days=number)  # noqa: DTZ001
        over = timedelta(days=quiet.ends < quiet.begins)
        begins = find(start + timedelta(minutes=quiet.begins), last=False)
        ends = find(start + over + timedelta(minutes=quiet.ends), last=True)
        if begins and ends:
            found.append((begins, ends))
    return found


@settings(max_examples=300)
@given(
    change=st.sampled_from(CHANGES),
    begins=st.integers(0, 1439),
    ends=st.integers(0, 1439),
    offset=st.integers(-900, 1800),
)
@example(change=(ZURICH, date(2026, 10, 25)), begins=1260, ends=150, offset=30)
@example(change=(ZURICH, date(2026, 3, 29)), begins=1260, ends=150, offset=30)
@example(change=(ZURICH, date(2026, 3, 29)), begins=150, ends=480, offset=55)
def test_quiet_is_what_the_clock_shows_minute_by_minute(
    change: tuple[str, date], begins: int, ends: int, offset: int
) -> None:
    name, day = change
    quiet = QuietHours(begins, ends)
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) + offset * MINUTE
    stretches = slow_stretches(name, day, quiet) if begins != ends else []
    expected = now
    while any(start <= expected < end for start, end in stretches):
        expected += MINUTE
    found = end_of_quiet(now=now, zone=ZoneInfo(name), quiet=quiet)
    assert found == (expected if expected > now else None)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=ZoneInfo(ZURICH))


@pytest.mark.parametrize(
    ("channel", "category", "waits"),
    [
        ("sms", "transactional", False),
        ("sms", "reminder", True),
        ("sms", "marketing", True),
        ("email", "transactional", False),
        ("email", "reminder", False),
        ("email", "marketing", True),
    ],
)
def test_who_waits_for_the_morning(channel: str, category: str, waits: bool) -> None:  # noqa: FBT001
    until = quiet_until(
        now=at(22), channel=channel, category=category, time_zone=ZURICH, quiet=USUAL
    )
    assert until == (datetime(2026, 11, 24, 7, tzinfo=UTC) if waits else None)


def waits_until(now: datetime, *, zone: str = ZURICH, expires_at: datetime | None = None) -> object:
    return quiet_until(
        now=now,
        channel="sms",
        category="reminder",
        time_zone=zone,
        quiet=USUAL,
        expires_at=expires_at,
    )


def test_the_bounds_belong_to_the_night_and_to_the_morning() -> None:
    assert waits_until(at(20, 59)) is None
    assert waits_until(at(21)) is not None
    assert waits_until(at(7, 59)) == at(8)
    assert waits_until(at(8)) is None


def test_what_would_be_too_late_in_the_morning_goes_out_now() -> None:
    assert waits_until(at(6), expires_at=at(8)) is None
    assert waits_until(at(6), expires_at=at(8, 1)) == at(8)


def test_the_night_is_the_clients_own() -> None:
    """Noon in Zurich is six in the morning in New York."""
    assert waits_until(at(12)) is None
    assert waits_until(at(12), zone="America/New_York") == at(14)


async def test_a_salon_decides_its_hours_and_else_has_the_usual(session: AsyncSession) -> None:
    shop = await make_salon(session)
    asked = {"salon_ids": [shop.salon_id]}
    assert await quiet_hours_of(session, **asked) == {shop.salon_id: (USUAL, ZURICH)}
    await session.execute(
        text("""
            INSERT INTO message_policies
                (salon_id, quiet_from_minute, quiet_until_minute, updated_at)
            VALUES (:salon_id, 1320, 1320, now())
        """),
        {"salon_id": shop.salon_id},
    )
    ((quiet, _),) = (await quiet_hours_of(session, **asked)).values()
    assert quiet == QuietHours(1320, 1320)
    assert end_of_quiet(now=at(22), zone=ZoneInfo(ZURICH), quiet=quiet) is None
