"""When a patch test lets a client through: old enough, not too old, and no reaction since."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from openchair.customers.forms.rules import why_not

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Test:
    """Two days ahead, for thirty days."""

    __test__ = False
    lead_hours: int = 48
    valid_days: int = 30


@dataclass(frozen=True)
class Came:
    outcome: str
    answered_at: datetime


def passed(**before: int) -> Came:
    return Came("passed", AT - timedelta(**before))


def reaction(**before: int) -> Came:
    return Came("reaction", AT - timedelta(**before))


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([], "never"),
        ([passed(hours=48)], None),
        ([passed(hours=48, seconds=-1)], "too_fresh"),
        ([passed(days=30)], None),
        ([passed(days=30, seconds=1)], "expired"),
        ([passed(hours=1), passed(days=20)], None),
        ([passed(hours=1), passed(days=31)], "too_fresh"),
        ([reaction(days=5)], "reaction"),
        ([passed(days=10), reaction(days=5)], "reaction"),
        ([passed(days=5), reaction(days=10)], None),
        ([passed(hours=1), reaction(days=10), passed(days=20)], "too_fresh"),
        ([passed(days=-1)], "too_fresh"),
    ],
)
def test_a_test_counts(answers: list[Came], why: str | None) -> None:
    assert why_not(Test(), answers, AT) == why
    assert why_not(Test(), answers[::-1], AT) == why
