"""A rule: when something is worth telling, how bad it is and what to do. Plain data, pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from openchair.operations.alerts.conditions import Condition, parse
from openchair.operations.alerts.notice import Severity

QUIET = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule. With a `condition` it is evaluated at every look and fires when that held for
    `duration`; without one, events raise it or the alerting itself does, and it resolves when
    nothing of the kind happened for `quiet`. With `at_least` over 1 so many events are needed
    within `quiet`. `meaning` is for whoever is woken; `advice` a sentence and a command.
    """

    name: str
    severity: Severity
    component: str
    meaning: str
    advice: str
    condition: str = ""
    duration: timedelta = timedelta()
    quiet: timedelta = QUIET
    at_least: int = 1
    inhibited_by: Collection[str] = ()
    is_enabled: bool = True
    is_builtin: bool = True

    @cached_property
    def parsed(self) -> Condition | None:
        """The condition as a tree. Raises `Invalid`, which a stored rule never does."""
        return parse(self.condition) if self.condition else None
