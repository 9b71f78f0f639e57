"""From events to signs: which alert a fact raises or ends, and what tells two of them apart. Pure
but for what `register` was told at start-up by `openchair/reactions.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openchair.operations.alerts.alert import LONGEST_TEXT
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.state import Sign
from openchair.platform.events.event import Event

LONGEST_VALUE = 120
MOST_RATE_POINTS = 200

APART: Mapping[str, tuple[str, ...]] = {
    "breaker.opened": ("provider",),
    "breaker.closed": ("provider",),
    "message.worker_stale": ("worker",),
    "message.invariant_broken": ("rule",),
    "webhook.signature_failures": ("source", "address"),
    "webhook.endpoint_disabled": ("subject_id",),
    "budget.reached": ("salon_id", "channel"),
}
"""By event: the members of its payload that make two alerts of it different ones. All others of a
name are one alert that counts.
"""

_raised: dict[str, str] = {}
_ended: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One event, as it was written."""

    id: UUID
    name: str
    payload: Mapping[str, Any]
    at: datetime
    correlation_id: str | None


@dataclass(slots=True)
class Rates:
    """When events came whose alert needs several of them; a few moments by rule."""

    moments: dict[str, list[datetime]] = field(default_factory=dict)

    def count(self, rule: Rule, *, at: datetime, now: datetime) -> int:
        """How many there were within the rule's time, with this one."""
        kept = [each for each in self.moments.get(rule.name, []) if now - each < rule.quiet]
        self.moments[rule.name] = [*kept, at][-MOST_RATE_POINTS:]
        return len(self.moments[rule.name])


def register(raised: Mapping[type[Event], str], ended: Mapping[type[Event], str]) -> None:
    """Learn which events raise which alert, and which end it. A name may hold a member of the
    payload: `Budget{level}`.
    """
    _raised.clear()
    _raised.update({kind.name: alert for kind, alert in raised.items()})
    _ended.clear()
    _ended.update({kind.name: alert for kind, alert in ended.items()})


def listened_to() -> list[str]:
    """The names of the events that matter here."""
    return sorted({*_raised, *_ended})


def signs_of(
    events: Iterable[Heard], *, rules: Mapping[str, Rule], rates: Rates, now: datetime
) -> list[Sign]:
    """A sign an event, in their order; none of what no enabled rule wants."""
    found = (_sign(each, rules=rules, rates=rates, now=now) for each in events)
    return [each for each in found if each is not None]


def is_quiet(rule: Rule, *, seen_at: datetime, now: datetime) -> bool:
    """Whether nothing of the kind happened for so long that it is over."""
    return now - seen_at >= max(rule.quiet, timedelta())


def _sign(event: Heard, *, rules: Mapping[str, Rule], rates: Rates, now: datetime) -> Sign | None:
    ends = event.name in _ended
    name = (_ended if ends else _raised).get(event.name, "").format_map(_Said(event.payload))
    rule = rules.get(name)
    if rule is None or not rule.is_enabled:
        return None
    if rule.at_least > 1 and rates.count(rule, at=event.at, now=now) < rule.at_least:
        return None
    labels = _labels(event.payload)
    apart = APART.get(event.name, ())
    said = ", ".join(f"{key} {value}" for key, value in labels.items())
    return Sign(
        name=rule.name,
        component=rule.component,
        severity=rule.severity,
        action="|".join(str(event.payload.get(each))[:LONGEST_VALUE] for each in apart),
        holds=not ends,
        summary=(f"{rule.meaning} ({said})" if said else rule.meaning)[:LONGEST_TEXT],
        labels=labels,
        occurrences=1,
        began_at=event.at,
        correlation_id=event.correlation_id,
    )


class _Said(dict[str, Any]):
    """A payload whose missing members read as nothing, so that a name is just not known."""

    def __missing__(self, key: str) -> str:
        return ""


def _labels(payload: Mapping[str, Any]) -> dict[str, str]:
    """What the event says, in plain words; nothing about whom it concerns but ids."""
    plain = (str, int, float, bool)
    return {
        key: str(value)[:LONGEST_VALUE]
        for key, value in payload.items()
        if isinstance(value, plain) and value != ""
    }
