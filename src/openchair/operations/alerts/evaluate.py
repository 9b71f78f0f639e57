"""From readings to signs: which rules' conditions hold now, and with which numbers. Pure."""

from collections.abc import Iterable, Mapping

from openchair.operations.alerts.conditions import (
    STATES,
    Comparison,
    Condition,
    Facts,
    comparisons,
    holds,
)
from openchair.operations.alerts.measures import MEASURES
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.state import Sign
from openchair.platform.probes import Reading, State

UNKNOWN = "unknown"
"""What a probe says (`details["kind"]`) that could not look, because the database was silent."""


def facts_of(readings: Mapping[str, Reading]) -> Facts:
    """Everything that is known now."""
    measures: dict[str, float] = {}
    for reading in readings.values():
        measures |= reading.measures
    states = {name: _states(reading) for name, reading in readings.items()}
    return Facts(measures=measures, states={name: each for name, each in states.items() if each})


def evaluate(rules: Iterable[Rule], readings: Mapping[str, Reading]) -> list[Sign]:
    """A sign of every enabled rule that has a condition."""
    facts = facts_of(readings)
    return [
        sign_of(rule, rule.parsed, facts=facts, readings=readings)
        for rule in rules
        if rule.is_enabled and rule.parsed is not None
    ]


def sign_of(
    rule: Rule, condition: Condition, *, facts: Facts, readings: Mapping[str, Reading]
) -> Sign:
    """What the condition says now, with the number that decides and a sentence."""
    deciding = next(
        (each for each in comparisons(condition) if each.measure in facts.measures), None
    )
    value = facts.measures[deciding.measure] if deciding else None
    said = _said(condition, deciding, value, readings)
    return Sign(
        name=rule.name,
        component=rule.component,
        severity=rule.severity,
        action="",
        holds=holds(condition, facts),
        summary=f"{said} {rule.meaning}".strip(),
        duration=rule.duration,
        value=value,
    )


def shown(measure: str, value: float) -> str:
    """A number as a person reads it: `2,310 ms`, `96.5 %`, `7`."""
    unit = MEASURES[measure].unit
    number = f"{value:,.1f}".removesuffix(".0")
    return f"{number} {unit}".strip()


def _states(reading: Reading) -> frozenset[str]:
    """None for a probe that could not look: a silent database is told of by its own probe."""
    if reading.state is not State.ERROR:
        return frozenset({str(reading.state)})
    kind = reading.details.get("kind")
    if kind == UNKNOWN:
        return frozenset()
    return frozenset({"error", *([kind] if kind in STATES else [])})


def _said(
    condition: Condition,
    deciding: Comparison | None,
    value: float | None,
    readings: Mapping[str, Reading],
) -> str:
    if deciding is not None and value is not None:
        limit = shown(deciding.measure, deciding.number)
        is_now = shown(deciding.measure, value)
        return f"{deciding.measure} is {is_now} (rule: {deciding.op} {limit})."
    probe = getattr(condition, "probe", None)
    reading = readings.get(probe) if isinstance(probe, str) else None
    return f"{reading.message.rstrip('.')}." if reading and reading.message else ""
