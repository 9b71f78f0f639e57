"""Which times fit a wish, against a model that goes day by day; and how long an offer is open."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from openchair.booking.waitlist.rules import (
    DAY,
    Stretch,
    Wish,
    answer_until,
    is_over,
    nearest,
    wants,
    was_refused,
)

ZURICH = ZoneInfo("Europe/Zurich")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ANNA = UUID(int=1)

dates = st.dates(date(2026, 10, 20), date(2026, 11, 5))  # over the night of 25 hours
wishes = st.builds(
    lambda first, days, weekdays, begins, length: Wish(
        first, first + timedelta(days=days), weekdays, begins, min(begins + length, 2 * DAY)
    ),
    dates,
    st.integers(0, 10),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, DAY - 1),
    st.integers(1, 2 * DAY),
)
starts = st.builds(
    lambda day, minute, fold: datetime(
        day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZURICH, fold=fold
    ),
    dates,
    st.integers(0, DAY - 1),
    st.integers(0, 1),
)


def slow(wish: Wish, start: datetime) -> bool:
    """Every date of the wish, with its wall-clock stretch laid out."""
    wall = start.replace(tzinfo=None, fold=0)
    day = wish.first_date
    while day <= wish.last_date:
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 -- a wall clock
        begins = midnight + timedelta(minutes=wish.from_minute)
        ends = midnight + timedelta(minutes=wish.to_minute)
        if day.weekday() in wish.weekdays and begins <= wall < ends:
            return True
        day += timedelta(days=1)
    return False


@given(wish=wishes, start=starts)
def test_a_time_fits_as_the_days_say_one_by_one(wish: Wish, start: datetime) -> None:
    assert wants(wish, start) == slow(wish, start)


@given(wish=wishes, start=starts)
def test_a_wish_that_is_over_wants_nothing_more(wish: Wish, start: datetime) -> None:
    if is_over(wish, start.date()):
        assert not wants(wish, start)


def test_the_edges_of_the_day() -> None:
    wish = Wish(date(2026, 5, 4), date(2026, 5, 4), frozenset({0}), 16 * 60, 19 * 60)
    four, seven = (datetime(2026, 5, 4, hour, tzinfo=ZURICH) for hour in (16, 19))
    assert wants(wish, four)
    assert not wants(wish, four - timedelta(minutes=1))
    assert not wants(wish, seven)
    assert wants(wish, seven - timedelta(minutes=1))
    assert not wants(wish, four + timedelta(days=7))


def test_a_night_runs_into_the_next_day() -> None:
    wish = Wish(date(2026, 5, 4), date(2026, 5, 4), frozenset({0}), 22 * 60, DAY + 120)
    assert wants(wish, datetime(2026, 5, 5, 1, tzinfo=ZURICH))
    assert not wants(wish, datetime(2026, 5, 4, 1, tzinfo=ZURICH))
    assert not is_over(wish, date(2026, 5, 5))
    assert is_over(wish, date(2026, 5, 6))


@given(st.integers(-600, 6000), st.integers(5, 1440))
def test_an_answer_is_never_waited_for_past_the_beginning(ahead: int, minutes: int) -> None:
    start = NOON + timedelta(minutes=ahead)
    until = answer_until(now=NOON, start=start, minutes=minutes)
    if until is None:
        assert ahead < min(minutes, 10)
    else:
        assert NOON < until <= start
        assert until <= NOON + timedelta(minutes=minutes)


def test_the_nearest_start_is_the_beginning_of_what_was_freed() -> None:
    freed = [Stretch(ANNA, NOON, NOON + timedelta(hours=1))]
    quarter = timedelta(minutes=15)
    assert nearest([NOON - quarter, NOON, NOON + quarter], freed) == NOON
    assert nearest([NOON + quarter, NOON - quarter], freed) == NOON - quarter
    assert nearest([], freed) is None


def test_what_overlaps_a_refused_time_is_refused_too() -> None:
    hour = timedelta(hours=1)
    refused = [(NOON, NOON + hour)]
    assert was_refused(NOON + hour / 2, NOON + 2 * hour, refused)
    assert not was_refused(NOON + hour, NOON + 2 * hour, refused)
    assert not was_refused(NOON - hour, NOON, refused)
