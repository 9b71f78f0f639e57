"""Cases 14-16, 18 and 19: the clock on the wall, the clock in the world, and the server's own.

Case 17, the calendar file's zone, is in `tests/booking/appointments/test_calendar_file.py`.
"""

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from openchair.platform.errors import Conflict, Invalid
from tests.builders import Shop, guest
from tests.cases.conftest import House

OpenHouse = Callable[..., Awaitable[House]]
ZURICH = ZoneInfo("Europe/Zurich")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
MIDNIGHT_TO_SIX = (0, 6 * 60)


async def night_house(open_house: OpenHouse, zone: str = "Europe/Zurich", **more: int) -> House:
    """Open from midnight to six, when the clocks change."""

    async def build(shop: Shop) -> None:
        await shop.person("lena", await shop.service("cut", 60), shifts=(MIDNIGHT_TO_SIX,))

    return await open_house(
        build, time_zone=zone, opens=MIDNIGHT_TO_SIX, granularity_minutes=60, **more
    )


@pytest.mark.parametrize(
    ("zone", "day", "starts"),
    [
        ("Europe/Zurich", SPRING, ["00:00", "01:00", "03:00", "04:00", "05:00"]),
        ("Europe/Zurich", AUTUMN, ["00:00", "01:00", "02:00", "02:00", "03:00", "04:00", "05:00"]),
        ("America/New_York", date(2026, 3, 8), ["00:00", "01:00", "03:00", "04:00", "05:00"]),
        (
            "America/New_York",
            date(2026, 11, 1),
            ["00:00", "01:00", "01:00", "02:00", "03:00", "04:00", "05:00"],
        ),
        (
            "Asia/Kolkata",
            date(2026, 3, 29),
            ["00:00", "01:00", "02:00", "03:00", "04:00", "05:00"],
        ),
    ],
)
async def test_case_14_slots_on_both_days_of_change(
    open_house: OpenHouse, zone: str, day: date, starts: list[str]
) -> None:
    """The hour that is skipped has no slot, the hour that happens twice has two."""
    house = await night_house(open_house, zone)
    house.now = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=3)
    found = await house.times("cut", day=day)
    assert [f"{slot.start:%H:%M}" for slot in found.days[0].slots] == starts
    instants = [slot.start.astimezone(UTC) for slot in found.days[0].slots]
    assert {later - sooner for sooner, later in pairwise(instants)} == {timedelta(hours=1)}
    for number, instant in enumerate(instants):
        await house.book("cut", start=instant, customer=guest(number))
    assert (await house.times("cut", day=day)).days[0].slots == ()


async def test_case_15_minimum_notice_across_the_change(open_house: OpenHouse) -> None:
    """Three hours' notice are three hours that pass, whatever the clocks do meanwhile."""
    house = await night_house(open_house, lead_minutes=180)
    house.now = datetime(2026, 3, 29, 0, 30, tzinfo=ZURICH).astimezone(UTC)
    assert await house.clock_times("cut", day=SPRING) == ["05:00"]
    house.now = datetime(2026, 10, 25, 0, 30, tzinfo=ZURICH).astimezone(UTC)
    assert await house.clock_times("cut", day=AUTUMN) == ["03:00", "04:00", "05:00"]
    with pytest.raises(Invalid) as refusal:
        await house.book("cut", start=datetime(2026, 10, 25, 2, 0, tzinfo=ZURICH, fold=1))
    assert refusal.value.code == "too_soon"


async def test_case_16_ranges_across_the_change(open_house: OpenHouse) -> None:
    """A month around the change has every date once, each with its own number of hours."""
    house = await night_house(open_house)
    house.now = datetime(2026, 3, 1, tzinfo=UTC)
    found = await house.times("cut", day=date(2026, 3, 15), days=31)
    assert [day.date for day in found.days] == [
        date(2026, 3, 15) + timedelta(days=number) for number in range(31)
    ]
    assert {day.date: len(day.slots) for day in found.days if len(day.slots) != 6} == {SPRING: 5}


def test_case_18_the_servers_zone_does_not_matter(tmp_path: object) -> None:
    """The same question in processes of three zones has the same answer."""
    script = (
        "from datetime import date; from zoneinfo import ZoneInfo;"
        "from openchair.booking.availability.wall_clock import WallClock;"
        "clock = WallClock(ZoneInfo('Europe/Zurich'), date(2026, 3, 28), date(2026, 3, 30));"
        "print(clock.base, [clock.interval(day, 540, 1020) for day in clock.dates])"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "TZ": zone},
            capture_output=True,
            check=True,
            timeout=30,
        ).stdout
        for zone in ("UTC", "Pacific/Auckland", "America/Los_Angeles")
    }
    assert len(answers) == 1
    assert b"+00:00" in answers.pop()


async def test_case_19_the_last_slot_of_the_day_exists(house: House) -> None:
    """Open until five, half an hour's cut: half past four is offered and can be booked."""
    times = await house.clock_times("cut")
    assert times[-1] == "16:30"
    last = (await house.times("cut")).days[0].slots[-1]
    await house.book("cut", start=last.start, who=["lena"])
    with pytest.raises(Conflict):
        await house.book("cut", start=last.start + timedelta(minutes=15), who=["lena"])
