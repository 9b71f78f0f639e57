"""The states of an alert, by walks through any order of what is seen."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from openchair.operations.alerts.alert import Alert, fingerprint_of
from openchair.operations.alerts.state import (
    FLAP_QUIET,
    FLAPS,
    Lately,
    Sign,
    advance,
)
from tests.operations.alerts.scene import NOON

MINUTE = timedelta(minutes=1)


def sign(*, holds: bool | None, minutes: float = 0) -> Sign:
    return Sign(
        name="StorageHigh",
        component="storage",
        severity="medium",
        action="",
        holds=holds,
        summary="storage is 85 %",
        duration=timedelta(minutes=minutes),
    )


def walk(seen: list[bool | None], *, minutes: float = 0) -> list[tuple[str | None, str | None]]:
    """Status and change after each minute's look."""
    alert: Alert | None = None
    lately: Lately | None = None
    found: list[tuple[str | None, str | None]] = []
    for number, holds in enumerate(seen):
        now = NOON + number * MINUTE
        alert, change = advance(alert, sign(holds=holds, minutes=minutes), now=now, lately=lately)
        found.append((alert.status if alert else None, change))
        if alert is not None and alert.status == "resolved":
            lately = Lately(
                ended_at=now,
                told_at=alert.told_at,
                held_back=alert.held_back,
                changes=alert.changes,
            )
            alert = None
    return found


def test_it_fires_after_its_duration_and_not_before() -> None:
    assert walk([True, True, True, True], minutes=2) == [
        ("pending", None),
        ("pending", None),
        ("firing", "fired"),
        ("firing", None),
    ]


def test_what_ends_before_its_duration_was_nothing() -> None:
    assert walk([True, False, True], minutes=2) == [
        ("pending", None),
        (None, "forgotten"),
        ("pending", None),
    ]


def test_what_nobody_can_tell_changes_nothing() -> None:
    assert walk([None, True, None, False]) == [
        (None, None),
        ("firing", "fired"),
        ("firing", None),
        ("resolved", "resolved"),
    ]


def test_the_fourth_change_within_half_an_hour_holds_it() -> None:
    walked = walk([True, False, True, False, True, False])
    assert walked[3:] == [("firing", "held"), ("firing", None), ("firing", None)]
    quiet = int(FLAP_QUIET / MINUTE)
    ended = walk([True, False, True, False, True, *[False] * quiet])
    assert ended[-2:] == [("firing", None), ("resolved", "resolved")]


@given(st.lists(st.sampled_from([True, False, None]), max_size=120), st.integers(0, 3))
def test_it_never_changes_more_often_than_the_flap_hold_allows(
    seen: list[bool | None], minutes: int
) -> None:
    walked = walk(seen, minutes=minutes)
    moments = [
        number for number, (_, change) in enumerate(walked) if change in {"fired", "resolved"}
    ]
    for number in moments:
        within = [each for each in moments if number <= each < number + 30]
        assert len(within) <= FLAPS + 1
    # It fires only from pending or from nothing, and ends only from firing.
    fires = False
    for _, change in walked:
        if change == "fired":
            assert not fires
            fires = True
        if change == "resolved":
            assert fires
            fires = False


@given(st.text(), st.text(), st.text(), st.text())
def test_a_fingerprint_is_of_all_four_parts(first: str, second: str, third: str, last: str) -> None:
    found = fingerprint_of(title=first, component=second, action=third, severity=last)
    assert found == fingerprint_of(title=first, component=second, action=third, severity=last)
    assert found != fingerprint_of(title=first + "x", component=second, action=third, severity=last)
    assert len(found) == 64
