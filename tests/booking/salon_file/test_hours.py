from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openchair.booking.salon_file.hours import (
    Moment,
    Shift,
    Span,
    begins_at,
    ends_at,
    read_shift,
    read_span,
)

ZONE = ZoneInfo("Europe/Zurich")


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_any_stretch_is_read_back_as_it_was_written(starts: int, minutes: int) -> None:
    span = Span(starts, starts + minutes)
    assert read_span(str(span)) == span


@pytest.mark.parametrize(
    "text, shift",
    [
        ("9:00-18:30", Shift(540, 1110)),
        ("09:00 - 24:00", Shift(540, 1440)),
        ("18:00-02:00", Shift(1080, 1560)),
        ("22:00-06:00 without 02:00-02:30", Shift(1320, 1800, (Span(1560, 1590),))),
        (
            "09:00-18:00 without 16:00-16:15 and 12:30-13:00",
            Shift(540, 1080, (Span(750, 780), Span(960, 975))),
        ),
    ],
)
def test_shifts_are_read_as_people_write_them(text: str, shift: Shift) -> None:
    assert read_shift(text) == shift
    assert read_shift(str(shift)) == shift


def test_a_date_of_absence_means_the_whole_of_it() -> None:
    moment = Moment(date(2026, 10, 25))
    assert moment.starts(ZONE) == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert moment.ends(ZONE) == datetime(2026, 10, 25, 23, tzinfo=UTC)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001 -- wall clock
def test_moments_survive_the_database(wall: datetime) -> None:
    moment = Moment(wall.date(), wall.time().replace(second=0, microsecond=0))
    again = begins_at(moment.starts(ZONE).astimezone(UTC), ZONE)
    assert again.starts(ZONE).astimezone(UTC) == moment.starts(ZONE).astimezone(UTC)
    ended = ends_at(moment.ends(ZONE).astimezone(UTC), ZONE)
    assert ended.ends(ZONE).astimezone(UTC) == moment.ends(ZONE).astimezone(UTC)


def test_midnight_is_written_as_the_date_alone() -> None:
    assert str(begins_at(datetime(2026, 12, 23, 23, tzinfo=UTC), ZONE)) == "2026-12-24"
    assert str(ends_at(datetime(2026, 12, 23, 23, tzinfo=UTC), ZONE)) == "2026-12-23"
    assert str(Moment(date(2026, 12, 24), time(13, 30))) == "2026-12-24 13:30"
