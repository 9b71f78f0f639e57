"""Whether somebody is told of an alert now, and if not, why not. Pure.

The one place that decides it: `plan.py` acts on it, `explain.py` tells it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.builtin.alerting import STORM
from openchair.operations.alerts.notice import Severity
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.severity import SEVERITIES
from openchair.operations.alerts.silence import Silence
from openchair.operations.alerts.state import FLAPPING

REPEATED: Final[Sequence[Severity]] = ("critical", "high")
"""Told again and again until somebody acknowledges."""

Kind = Literal["firing", "reminder"]
Reason = Literal[
    "due",
    "again",
    "not_firing",
    "disabled",
    "inhibited",
    "silenced",
    "storm",
    "acknowledged",
    "throttled",
    "told",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """All that decides, beside the alert itself. `firing` are the names that fire now; `storm_told`
    the names on the storm's page, or None when there is no storm.
    """

    now: datetime
    throttle: timedelta
    rules: Mapping[str, Rule]
    firing: frozenset[str] = frozenset()
    silences: Sequence[Silence] = ()
    storm_told: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`tell` is what kind of notice is due, if any. `by` is who or what holds it."""

    tell: Kind | None
    reason: Reason
    by: str = ""

    @property
    def held_by(self) -> str | None:
        """What stands at the alert as long as it is held; None when it is not."""
        return self.by if self.reason in {"inhibited", "silenced", "storm"} else None


def verdict(alert: Alert, given: Circumstances) -> Verdict:
    """What is to be done about this alert now."""
    if not alert.is_firing:
        return Verdict(None, "not_firing")
    rule = given.rules.get(alert.name)
    if rule is not None and not rule.is_enabled:
        return Verdict(None, "disabled")
    if (inhibitor := inhibitor_of(alert.name, given)) is not None:
        return Verdict(None, "inhibited", inhibitor)
    if any(each.silences(alert, now=given.now) for each in given.silences):
        return Verdict(None, "silenced", "silence")
    if _is_in_storm(alert, rule, given):
        return Verdict(None, "storm", "storm")
    if alert.is_acknowledged(given.now):
        return Verdict(None, "acknowledged", alert.acknowledged_by or "")
    fresh = alert.told_at is not None and given.now - alert.told_at < given.throttle
    if not alert.was_told:
        return Verdict(None, "throttled") if fresh else Verdict("firing", "due")
    if alert.severity in REPEATED and not fresh:
        return Verdict("reminder", "again")
    return Verdict(None, "told")


def inhibitor_of(name: str, given: Circumstances) -> str | None:
    """The firing alert that stands for this one, if there is one."""
    rule = given.rules.get(name)
    inhibitors = rule.inhibited_by if rule else ()
    return next((each for each in inhibitors if each in given.firing), None)


def is_flapping(alert: Alert) -> bool:
    """Whether it is kept firing only because it came and went so often."""
    return alert.held_by == FLAPPING


def _is_in_storm(alert: Alert, rule: Rule | None, given: Circumstances) -> bool:
    """In a storm only the storm is told, and a part of our own that fails critically meanwhile."""
    if given.storm_told is None or alert.name == STORM:
        return False
    ours = rule is not None and rule.is_builtin and bool(rule.condition)
    return not (ours and alert.severity == SEVERITIES[0] and alert.name not in given.storm_told)
