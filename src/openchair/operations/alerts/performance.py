"""The runbook's `alerts configure-performance`: the rules about speed, errors and memory, set at
once. Shows what would change (`plan_performance`) before it is done (`set_performance`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor
from openchair.operations.alerts.catalogue import builtin_rules
from openchair.operations.alerts.conditions import comparisons, parse
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.rules import list_rules, set_rule
from openchair.platform.errors import Invalid

NAMES = (
    "ResponseTimeHigh",
    "ResponseTimeCritical",
    "ErrorRateHigh",
    "ErrorRateCritical",
    "DatabaseConnectionsHigh",
    "DatabaseConnectionsCritical",
    "PoolSaturation",
    "BlockedQueries",
    "MemoryHigh",
    "MemoryCritical",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One rule as it is and as it would be, in words."""

    name: str
    before: str
    after: str
    rule: Rule

    @property
    def differs(self) -> bool:
        """Whether anything would change."""
        return self.before != self.after


async def plan_performance(session: AsyncSession, *, thresholds: Mapping[str, str]) -> list[Change]:
    """What each rule is and would be: as it comes built in, with `thresholds` (`1500ms`, `2%`) by
    rule where they are given. Raises `Invalid` for a threshold that cannot be read.
    """
    current, built_in = await list_rules(session), builtin_rules()
    found = []
    for name in NAMES:
        rule = built_in[name]
        condition = _with_threshold(rule, thresholds.get(name))
        found.append(
            Change(
                name=name,
                before=_said(current[name], current[name].condition),
                after=_said(rule, condition),
                rule=rule,
            )
        )
    return found


async def set_performance(
    session: AsyncSession, *, thresholds: Mapping[str, str], by: Actor, now: datetime
) -> list[Change]:
    """Do it; each rule that changes is audited as if it had been set by hand."""
    changes = await plan_performance(session, thresholds=thresholds)
    for each in changes:
        if each.differs:
            await set_rule(
                session,
                name=each.name,
                condition=_with_threshold(each.rule, thresholds.get(each.name)),
                duration=each.rule.duration,
                severity=each.rule.severity,
                by=by,
                now=now,
            )
    return changes


def _with_threshold(rule: Rule, threshold: str | None) -> str:
    """The rule's condition, its first comparison with another number."""
    parsed = parse(rule.condition)
    if threshold is None:
        return str(parsed)
    first = comparisons(parsed)[0]
    try:
        return str(parse(f"{first.measure} {first.op} {threshold}"))
    except Invalid as error:
        raise Invalid(f"{rule.name}: {error.message}", field="threshold") from error


def _said(rule: Rule, condition: str) -> str:
    seconds = int(rule.duration.total_seconds())
    lasting = f" for {seconds} s" if seconds else ""
    disabled = "" if rule.is_enabled else " (disabled)"
    return f"{parse(condition)}{lasting}, {rule.severity}{disabled}"
