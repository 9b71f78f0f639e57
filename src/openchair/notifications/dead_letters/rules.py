"""What a dead letter's redrive does next, and which letters may go. Pure: no I/O, no clock."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

WINDOW = 10
"""So many of the letters that were judged last decide whether a redrive goes on."""

TRIES_THAT_TELL = 3
"""A letter that was put off so often since it was let out counts as failed again."""

LONGEST_BURST_SECONDS = 2.0
"""What a worker that was away may make up for, so that it does not let out an hour at once."""

HIGHEST_RATE = 6000
"""Letters a minute."""

INVALID_ADDRESS = (
    r"invalid (e-?mail|phone|address|recipient|number)"
    r"|not a (valid|complete) (e-?mail|mail|phone|address|recipient|number)"
)
"""Words (POSIX, any case) that say an address can never work; the runbook looks for the first."""

INVALID_KEPT = timedelta(days=7)  # the runbook "Dead Letter Queue Growing", manual intervention
CLOSED_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How the letters of one redrive stand.

    `kept` are not out yet, `out` are being tried, `put_off` wait at the gate (quiet hours,
    budget); the others were judged. `recent_failures` counts within the last `WINDOW` judged.
    """

    kept: int
    out: int
    put_off: int
    sent: int
    failed: int
    ended_otherwise: int
    recent_failures: int

    @property
    def released(self) -> int:
        """How many were let out so far."""
        return self.out + self.put_off + self.sent + self.failed + self.ended_otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do now: the state to be in, how many to let out, and why it stopped."""

    state: Literal["canary", "running", "stopped", "done"]
    release: int = 0
    reason: str | None = None


def next_step(*, state: str, tally: Tally, allowance: int, most_failures: int) -> Step:
    """One canary first; when it arrived the others at their rate; stop when they fail again.

    A canary that was cancelled, expired or suppressed has told nothing, and another follows it.
    """
    if state == "canary" and not tally.sent:
        return _with_canary(tally)
    if tally.recent_failures >= most_failures:
        return Step(state="stopped", reason=f"{tally.recent_failures} of the last {WINDOW} failed")
    if not tally.kept:
        return Step(state="running" if tally.out else "done")
    return Step(state="running", release=min(tally.kept, allowance))


def _with_canary(tally: Tally) -> Step:
    if tally.failed:
        return Step(state="stopped", reason="the first one failed")
    if tally.out or tally.put_off:
        return Step(state="canary")
    return Step(state="canary", release=1) if tally.kept else Step(state="done")


def allowance(*, rate_per_minute: int, seconds_since_last: float | None) -> int:
    """How many letters may be let out, this long after the last; None: none was yet."""
    if seconds_since_last is None:
        return 1
    seconds = min(seconds_since_last, longest_burst(rate_per_minute))
    return int(seconds * rate_per_minute / 60 + 1e-6)


def longest_burst(rate_per_minute: int) -> float:
    """How many seconds of letters may be made up for at once: at least one letter's time."""
    return max(LONGEST_BURST_SECONDS, 60 / rate_per_minute)
