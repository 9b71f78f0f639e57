import pytest
from hypothesis import given
from hypothesis import strategies as st

from openchair.booking.team.week import DayShift, Span, shift_of, span_between, spans_of
from openchair.platform.errors import Invalid


def test_a_lunch_is_a_break_in_one_shift() -> None:
    shift = shift_of([Span(540, 720), Span(780, 1080)], field="day_0")
    assert shift == DayShift(540, 1080, (Span(720, 780),))


def test_a_day_without_times_is_a_day_off() -> None:
    assert shift_of([], field="day_0") is None


def test_an_end_before_the_start_is_on_the_next_day() -> None:
    assert span_between(20 * 60, 2 * 60) == Span(1200, 1560)


@pytest.mark.parametrize(
    "spans",
    [
        [Span(540, 720), Span(700, 800)],
        [Span(540, 540)],
        [Span(-1, 60)],
        [Span(1440, 1500)],
        [Span(n * 60, n * 60 + 30) for n in range(5)],
    ],
)
def test_what_cannot_be_worked_is_refused_by_its_day(spans: list[Span]) -> None:
    with pytest.raises(Invalid) as refused:
        shift_of(spans, field="day_3")
    assert refused.value.field == "day_3"


@given(
    st.lists(st.integers(0, 1439), min_size=2, max_size=8, unique=True).filter(
        lambda found: len(found) % 2 == 0
    )
)
def test_what_is_written_down_is_read_back(minutes: list[int]) -> None:
    """Stretches that touch become one; all others come back as they were."""
    ordered = sorted(minutes)
    spans = tuple(Span(*pair) for pair in zip(ordered[::2], ordered[1::2], strict=True))
    shift = shift_of(spans, field="day_0")
    assert shift is not None
    assert spans_of([shift]) == spans
