import pytest

from openchair.notifications.dead_letters.rules import (
    Step,
    Tally,
    allowance,
    longest_burst,
    next_step,
)


def tally(**counts: int) -> Tally:
    names = ("kept", "out", "put_off", "sent", "failed", "ended_otherwise", "recent_failures")
    return Tally(**{name: counts.get(name, 0) for name in names})


def step(state: str, allowed: int = 5, **counts: int) -> Step:
    return next_step(state=state, tally=tally(**counts), allowance=allowed, most_failures=3)


def test_one_goes_first_and_the_others_wait_for_what_becomes_of_it() -> None:
    assert step("canary", kept=10) == Step(state="canary", release=1)
    assert step("canary", kept=9, out=1) == Step(state="canary")
    assert step("canary", kept=9, put_off=1) == Step(state="canary")


def test_a_canary_that_failed_stops_it() -> None:
    assert step("canary", kept=9, failed=1, recent_failures=1).state == "stopped"


def test_a_canary_that_arrived_lets_the_others_follow_at_the_rate() -> None:
    assert step("canary", kept=9, sent=1) == Step(state="running", release=5)
    assert step("running", kept=3, sent=1, allowed=5) == Step(state="running", release=3)
    assert step("running", kept=3, sent=1, allowed=0) == Step(state="running")


def test_a_canary_that_was_no_longer_wanted_told_nothing() -> None:
    assert step("canary", kept=9, ended_otherwise=1) == Step(state="canary", release=1)
    assert step("canary", ended_otherwise=1) == Step(state="done")


@pytest.mark.parametrize("failures, state", [(2, "running"), (3, "stopped"), (4, "stopped")])
def test_too_many_failures_among_the_last_stop_it(failures: int, state: str) -> None:
    assert step("running", kept=50, sent=8, recent_failures=failures).state == state


def test_it_is_done_when_all_are_judged() -> None:
    assert step("running", sent=9, out=1).state == "running"
    assert step("running", sent=9, put_off=1).state == "done"
    assert step("running", sent=8, failed=2, recent_failures=2).state == "done"


@pytest.mark.parametrize(
    "rate, seconds, expected",
    [
        (60, None, 1),
        (60, 0.9, 0),
        (60, 1.0, 1),
        (60, 3600.0, 2),
        (6000, 1.0, 100),
        (6000, 3600.0, 200),
        (1, 59.0, 0),
        (1, 60.0, 1),
        (1, 6000.0, 1),
    ],
)
def test_the_rate_holds_also_after_a_pause(rate: int, seconds: float | None, expected: int) -> None:
    assert allowance(rate_per_minute=rate, seconds_since_last=seconds) == expected


def test_a_burst_is_never_less_than_one_letter() -> None:
    assert all(longest_burst(rate) * rate / 60 >= 1 for rate in (1, 7, 30, 60, 6000))
