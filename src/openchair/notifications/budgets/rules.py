"""What a budget allows. Pure; `reserve.py` and the pages call it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from openchair.platform.errors import Invalid

AtCap = Literal["reminders_only", "delay", "skip"]
DEFAULT_AT_CAP: AtCap = "reminders_only"
WARNING, CRITICAL, CAP = LEVELS = (80, 95, 100)
WAITS_FOR = "budget"
"""The word in `notifications.waits_for` of a message that waits for the next month."""

USED_UP = "the month's budget is used up"
"""How the reason of every message that was left out begins."""

MOST = 100_000_000
_AT_CAP: tuple[AtCap, ...] = ("reminders_only", "delay", "skip")
_GOES_ON = {
    "reminders_only": {"transactional", "reminder"},
    "delay": {"transactional"},
    "skip": set[str](),
}


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may go out, and is counted."""


@dataclass(frozen=True, slots=True)
class Wait:
    """It waits for the month that begins at `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """It may not go out; `reason` says so to a person."""

    reason: str


Verdict = Allowed | Wait | Refused


def goes_on(*, category: str, at_cap: str) -> bool:
    """Whether messages of this category are sent also when the budget is used up."""
    return category in _GOES_ON[at_cap]


def decide(
    *,
    category: str,
    units: int,
    used: int,
    limit: int | None,
    at_cap: str,
    next_month: datetime,
    expires_at: datetime | None,
) -> Verdict:
    """Whether a message of `units` may go out when `used` of `limit` are taken.

    One that would be too late next month does not wait for it.
    """
    if limit is None or used + units <= limit or goes_on(category=category, at_cap=at_cap):
        return Allowed()
    if at_cap == "delay" and (expires_at is None or expires_at > next_month):
        return Wait(next_month)
    return Refused(f"{USED_UP} ({used} of {limit})")


def levels_reached(*, used: int, limit: int | None, held_back: bool) -> set[int]:
    """Which of 80 (more than), 95 (more than) and 100 percent are reached.

    The cap also acts when something was held back because it did not fit into the rest.
    """
    if limit is None:
        return set()
    reached = {level for level in (WARNING, CRITICAL) if used * 100 > level * limit}
    return reached | {CAP} if used >= limit or held_back else reached


def check_at_cap(value: str) -> AtCap:
    """One of the three ways to act at the cap. Raises `Invalid` (field `at_cap`)."""
    for known in _AT_CAP:
        if value == known:
            return known
    raise Invalid(
        "Please choose what happens when the budget is used up.", field="at_cap", code="at_cap"
    )


def check_limit(value: int | None) -> int | None:
    """A limit that can be one, or None for the installation's own. Raises `Invalid`."""
    if value is not None and not 0 <= value <= MOST:
        raise Invalid(
            "Please give a whole number from 0 to 100,000,000.", field="limit", code="limit"
        )
    return value
