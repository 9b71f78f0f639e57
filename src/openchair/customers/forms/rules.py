"""Whether what came of a form lets a client through at a moment. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol

Why = Literal["never", "too_fresh", "expired", "reaction"]


class Asked(Protocol):
    """A form: hours that have to pass, days that it counts."""

    @property
    def lead_hours(self) -> int:
        """At least so long before the visit."""

    @property
    def valid_days(self) -> int:
        """At most so long before the visit."""


class Answered(Protocol):
    """What came of it."""

    @property
    def outcome(self) -> str:
        """`passed` or `reaction`."""

    @property
    def answered_at(self) -> datetime:
        """When it was done."""


def why_not(form: Asked, answers: Sequence[Answered], at: datetime) -> Why | None:
    """None when the client may be treated at `at`, else why not.

    The last reaction rules everything before it out; among what was passed since, one that is old
    enough and still counts is enough.
    """
    newest = sorted(answers, key=lambda answer: answer.answered_at, reverse=True)
    passed: list[datetime] = []
    for answer in newest:
        if answer.outcome == "reaction":
            if not passed:
                return "reaction"
            break
        passed.append(answer.answered_at)
    if not passed:
        return "never"
    if any(from_when(form, each) <= at <= until_when(form, each) for each in passed):
        return None
    return "too_fresh" if at < from_when(form, passed[0]) else "expired"


def from_when(form: Asked, answered_at: datetime) -> datetime:
    """The first moment at which a visit may begin."""
    return answered_at + timedelta(hours=form.lead_hours)


def until_when(form: Asked, answered_at: datetime) -> datetime:
    """The last moment at which a visit may begin."""
    return answered_at + timedelta(days=form.valid_days)
