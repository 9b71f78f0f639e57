from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openchair.booking.reports.period import PRESETS, Period, chosen, preset
from openchair.platform.errors import Invalid


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", "2026-11-22", "2026-11-22"),
        ("week", "2026-11-16", "2026-11-22"),
        ("month", "2026-11-01", "2026-11-30"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("quarter", "2026-10-01", "2026-12-31"),
        ("year", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_preset_is_whole(name: str, first: str, last: str) -> None:
    found = preset(name, today=date(2026, 11, 22))
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


def test_months_are_compared_with_months() -> None:
    february = Period(date(2027, 2, 1), date(2027, 2, 28))
    assert february.before() == Period(date(2027, 1, 1), date(2027, 1, 31))
    assert preset("quarter", today=date(2026, 2, 3)).before() == Period(
        date(2025, 10, 1), date(2025, 12, 31)
    )


@given(st.dates(date(2001, 1, 1), date(2190, 1, 1)), st.integers(0, 700), st.sampled_from(PRESETS))
def test_what_it_is_compared_with_ends_the_day_before(day: date, days: int, name: str) -> None:
    for period in (chosen(first=day, last=day + timedelta(days=days)), preset(name, today=day)):
        assert period.before().last == period.first - timedelta(days=1)
        assert period.before().days >= 1


@pytest.mark.parametrize("days", [-1, 731])
def test_too_long_or_the_wrong_way_round_is_refused(days: int) -> None:
    with pytest.raises(Invalid) as refused:
        chosen(first=date(2026, 1, 1), last=date(2026, 1, 1) + timedelta(days=days))
    assert refused.value.field == "last"
