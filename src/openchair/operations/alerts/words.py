"""The sentences of a notice: its title, its lines and what is to be said of all. Pure.

How a channel lays them out stands in `channels/`.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from openchair.operations.alerts.alert import LONGEST_TEXT, Alert
from openchair.operations.alerts.builtin.alerting import STORM
from openchair.operations.alerts.decide import REPEATED, is_flapping
from openchair.operations.alerts.notice import NoticeKind, NoticeLine
from openchair.operations.alerts.rule import Rule

NAMES_SHOWN = 5
HELD_LOG = "openchair alerts list --held"


def title_of(told: Sequence[Alert]) -> str:
    """One alert by its own title; several by their number and names."""
    if len(told) == 1:
        return told[0].title
    return f"{len(told)} alerts: {names_of(told)}"


def names_of(alerts: Sequence[Alert]) -> str:
    """Their names, each once, at most five."""
    names = list(dict.fromkeys(each.name for each in alerts))
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more


def lines_of(told: Sequence[Alert], *, rules: Mapping[str, Rule]) -> tuple[NoticeLine, ...]:
    """A line each."""
    return tuple(_line(each, rules.get(each.name)) for each in told)


def remarks_on(
    kind: NoticeKind,
    told: Sequence[Alert],
    *,
    shown: int,
    current: Sequence[Alert],
    perhaps_told: frozenset[str],
    throttle: timedelta,
) -> tuple[str, ...]:
    """What is to be said of all of them together."""
    found: list[str] = []
    if len(told) > shown:
        found.append(f"And {len(told) - shown} more: openchair alerts list")
    if any(each.fingerprint in perhaps_told for each in told):
        found.append("This may have been told already: the watcher ended in the middle of telling.")
    if kind == "resolved":
        return tuple(found)
    for each in told:
        found += _held_because_of(each, current)
        if is_flapping(each):
            found.append(
                f"{each.name} comes and goes; it is told as firing until it was quiet for 15 min."
            )
    if any(each.name == STORM for each in told):
        found.append(f"Single alerts are held back until it calms down. All of them: {HELD_LOG}")
    if any(each.severity in REPEATED for each in told):
        minutes = throttle // timedelta(minutes=1)
        names = names_of([each for each in told if each.severity in REPEATED])
        found.append(
            f"Told again every {minutes} min until someone acknowledges: openchair alerts ack"
            f" {names.split(',', maxsplit=1)[0]}"
        )
    return tuple(found)


def _line(alert: Alert, rule: Rule | None) -> NoticeLine:
    return NoticeLine(
        alert_id=alert.id,
        fingerprint=alert.fingerprint,
        name=alert.name,
        severity=alert.severity,
        component=alert.component,
        summary=alert.summary[:LONGEST_TEXT],
        advice=rule.advice if rule else "",
        since=alert.fired_at or alert.started_at,
        resolved_at=alert.resolved_at,
        held_back=alert.held_back,
    )


def _held_because_of(alert: Alert, current: Sequence[Alert]) -> list[str]:
    held = [each for each in current if each.is_firing and each.held_by == alert.name]
    if not held:
        return []
    return [f"Also held back because of {alert.name}: {len(held)} ({names_of(held)})."]
