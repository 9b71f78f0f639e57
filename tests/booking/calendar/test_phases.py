"""Hands-on and processing as stretches: buffers cut away, exact in the hour that happens twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from openchair.booking.calendar.phases import phases

ZURICH = ZoneInfo("Europe/Zurich")
TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)
TWICE = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
"""Half past two in Zurich, for the first time of two."""


def minutes(since: datetime, number: int) -> datetime:
    return since + timedelta(minutes=number)


def told(start: datetime, lasts: int, *busy: tuple[int, int]) -> list[tuple[int, int, str]]:
    found = phases(
        start,
        minutes(start, lasts),
        [(minutes(start, begins), minutes(start, ends)) for begins, ends in busy],
        local=lambda instant: instant.astimezone(ZURICH),
    )

    def since(instant: datetime) -> int:
        return (instant.astimezone(UTC) - start) // timedelta(minutes=1)

    return [(since(each.start), since(each.end), each.phase) for each in found]


@pytest.mark.parametrize("start", [TEN, TWICE])
def test_a_gap_is_processing(start: datetime) -> None:
    assert told(start, 60, (-5, 30), (50, 70)) == [
        (0, 30, "active"),
        (30, 50, "processing"),
        (50, 60, "finish"),
    ]


@pytest.mark.parametrize(
    ("busy", "expected"),
    [
        ((), [(0, 60, "active")]),
        (((-10, 0), (60, 75)), [(0, 60, "active")]),
        (((0, 60),), [(0, 60, "active")]),
        (((-5, 20),), [(0, 20, "active"), (20, 60, "processing")]),
        (((0, 40), (30, 60)), [(0, 40, "active"), (40, 60, "active")]),
    ],
)
def test_other_ways(busy: tuple[tuple[int, int], ...], expected: list[object]) -> None:
    assert told(TEN, 60, *busy) == expected


def test_the_hour_that_happens_twice_is_shown_with_both_offsets() -> None:
    (shown,) = phases(
        TWICE, minutes(TWICE, 60), [], local=lambda instant: instant.astimezone(ZURICH)
    )
    assert shown.start.isoformat() == "2026-10-25T02:30:00+02:00"
    assert shown.end.isoformat() == "2026-10-25T02:30:00+01:00"
