"""Sets of minutes: the quick way for a few days and the quick way for a month are one answer."""

from hypothesis import given
from hypothesis import strategies as st

from openchair.booking.availability.timeline import (
    SHORT,
    each_minute,
    everything,
    from_intervals,
    runs_of,
)

MONTH = 4 * SHORT
INTERVALS = st.lists(st.tuples(st.integers(-500, SHORT + 500), st.integers(-5, 900)), max_size=30)


@given(INTERVALS)
def test_a_month_paints_what_a_few_days_add_up(pairs: list[tuple[int, int]]) -> None:
    """Cut to the same minutes, both are the same set; what begins after its end is nothing."""
    intervals = [(begin, begin + minutes) for begin, minutes in pairs]
    days, month = from_intervals(intervals, SHORT), from_intervals(intervals, MONTH)
    assert month & everything(SHORT) == days
    assert {*each_minute(days)} == {
        minute for begin, end in intervals for minute in range(max(begin, 0), min(end, SHORT))
    }


@given(st.sets(st.integers(0, 200)), st.integers(1, 40))
def test_runs_are_where_every_minute_is_free(free: set[int], minutes: int) -> None:
    """Against the definition, minute by minute."""
    found = runs_of(sum(1 << minute for minute in free), minutes)
    assert {*each_minute(found)} == {
        start for start in free if all(start + each in free for each in range(minutes))
    }
