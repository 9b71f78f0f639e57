"""The rules that hold: the built-in ones, what operators changed of them, and their own. Verbs of
operators with their audit; called by commands, pages and the watcher.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.operations.alerts.catalogue import builtin_rules
from openchair.operations.alerts.conditions import LONGEST as LONGEST_CONDITION
from openchair.operations.alerts.conditions import LONGEST_DURATION, parse
from openchair.operations.alerts.memory import Definition
from openchair.operations.alerts.names import checked_name, near_names
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.severity import read_severity
from openchair.operations.alerts.store import MOST_RULES, read_definitions
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.ids import new_id

ADVICE = "See what it says, and the rule: openchair alerts explain"


def effective(definitions: Iterable[Definition]) -> Mapping[str, Rule]:
    """Every rule by name, the built-in ones first."""
    found = dict(builtin_rules())
    for each in definitions:
        found[each.name] = _changed(found.get(each.name) or _own(each), each)
    return found


async def list_rules(session: AsyncSession) -> Mapping[str, Rule]:
    """Every rule by name, as it holds now; at most three hundred beside the built-in ones."""
    return effective(await read_definitions(session))


async def get_rule(session: AsyncSession, *, name: str) -> Rule:
    """The rule of this name. Raises `NotFound` with the nearest names."""
    rules = await list_rules(session)
    if name not in rules:
        raise NotFound(
            f"There is no alert {name[:80]}.{near_names(name, rules)}", code="alert_not_known"
        )
    return rules[name]


async def set_rule(
    session: AsyncSession,
    *,
    name: str,
    condition: str,
    duration: timedelta,
    severity: str,
    by: Actor,
    now: datetime,
    component: str = "",
) -> Rule:
    """Make a rule, or change the one of this name; a built-in one can be changed too, and is
    enabled again by it.

    Raises `Invalid` for a name, a condition, a duration or a severity that cannot be right, and
    `Conflict` for a built-in one that has no condition, or when there are too many.
    """
    before = (await list_rules(session)).get(checked_name(name))
    if before is not None and before.is_builtin and not before.condition:
        raise Conflict(
            f"{name} is raised by events, not by a condition; it can be disabled or silenced.",
            code="alert_without_condition",
        )
    parsed = parse(condition)
    if not timedelta() <= duration <= LONGEST_DURATION:
        raise Invalid("A duration is at most a day.", field="duration")
    definition = Definition(
        name=name,
        condition=str(parsed)[:LONGEST_CONDITION],
        duration_seconds=int(duration.total_seconds()),
        severity=read_severity(severity),
        component=component or (before.component if before else "custom"),
        is_enabled=True,
    )
    await _write(session, definition, by=by, now=now)
    after = effective([definition])[name]
    await _audit(session, "alert_rule.set", before=before, after=after, by=by)
    return after


async def enable_rule(
    session: AsyncSession, *, name: str, enabled: bool, by: Actor, now: datetime
) -> Rule:
    """Let a rule fire or keep it from it. Raises `NotFound`."""
    before = await get_rule(session, name=name)
    definition = Definition(
        name=name,
        condition=before.condition,
        duration_seconds=int(before.duration.total_seconds()),
        severity=before.severity,
        component=before.component,
        is_enabled=enabled,
    )
    await _write(session, definition, by=by, now=now)
    after = replace(before, is_enabled=enabled)
    action = "alert_rule.enable" if enabled else "alert_rule.disable"
    await _audit(session, action, before=before, after=after, by=by)
    return after


async def reset_rule(session: AsyncSession, *, name: str, by: Actor) -> None:
    """Take back what was changed of a built-in rule, or remove an operator's own. Raises
    `NotFound`.
    """
    before = await get_rule(session, name=name)
    await session.execute(text("DELETE FROM alert_rules WHERE name = :name"), {"name": name})
    await _audit(session, "alert_rule.reset", before=before, after=builtin_rules().get(name), by=by)


def told(rule: Rule) -> dict[str, object]:
    """What can be changed of a rule, for the audit log and for JSON."""
    return {
        "condition": rule.condition,
        "duration_seconds": int(rule.duration.total_seconds()),
        "severity": rule.severity,
        "component": rule.component,
        "is_enabled": rule.is_enabled,
    }


def _own(each: Definition) -> Rule:
    return Rule(
        name=each.name,
        severity=read_severity(each.severity),
        component=each.component,
        meaning="",
        advice=f"{ADVICE} {each.name}",
        condition=each.condition,
        is_builtin=False,
    )


def _changed(rule: Rule, each: Definition) -> Rule:
    """The rule as its row has it. A built-in one that events raise has no condition to change."""
    fed = rule.is_builtin and not rule.condition
    return replace(
        rule,
        condition="" if fed else each.condition,
        duration=timedelta(seconds=each.duration_seconds),
        severity=read_severity(each.severity),
        component=each.component,
        is_enabled=each.is_enabled,
    )


async def _write(session: AsyncSession, each: Definition, *, by: Actor, now: datetime) -> None:
    values = {
        "id": new_id(),
        "name": each.name,
        "condition": each.condition,
        "duration": each.duration_seconds,
        "severity": each.severity,
        "component": each.component,
        "is_enabled": each.is_enabled,
        "by": by.user_id,
        "now": now,
        "most": MOST_RULES,
    }
    if (await session.execute(WRITE, values)).scalar_one_or_none() is None:
        raise Conflict(
            f"There are {MOST_RULES} rules already; please remove one.", code="too_many_rules"
        )


async def _audit(
    session: AsyncSession, action: str, *, before: Rule | None, after: Rule | None, by: Actor
) -> None:
    named = after or before
    await record(
        session,
        actor=by,
        action=action,
        resource_type="alert_rule",
        resource_id=named.name if named else "",
        salon_id=None,
        metadata={
            "before": told(before) if before else None,
            "after": told(after) if after else None,
        },
    )


WRITE = text("""
    INSERT INTO alert_rules (id, name, condition, duration_seconds, severity, component,
        is_enabled, created_by, updated_at)
    SELECT :id, :name, :condition, :duration, :severity, :component, :is_enabled,
        CAST(:by AS uuid), :now
    WHERE (SELECT count(*) FROM alert_rules) < :most
        OR EXISTS (SELECT FROM alert_rules WHERE name = :name)
    ON CONFLICT (name) DO UPDATE SET condition = excluded.condition,
        duration_seconds = excluded.duration_seconds, severity = excluded.severity,
        component = excluded.component, is_enabled = excluded.is_enabled,
        updated_at = excluded.updated_at
    RETURNING id
""")
