"""Takes signs into the memory: alerts begin, fire, end; the storm is noticed. No I/O.

Called by `watch.py` once a look, with what the probes and the events say.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from openchair.operations.alerts.alert import IN_STORM, Alert
from openchair.operations.alerts.builtin.alerting import SILENT, STORM, UNDELIVERED
from openchair.operations.alerts.builtin.database import AWAY
from openchair.operations.alerts.decide import Circumstances, inhibitor_of
from openchair.operations.alerts.memory import MOST_OPEN, AlertMemory
from openchair.operations.alerts.signals import is_quiet
from openchair.operations.alerts.state import Sign, advance, resolve
from openchair.operations.alerts.storm import Kind, observe, sign_of_storm

ITS_OWN = {STORM, UNDELIVERED, SILENT}


@dataclass(slots=True)
class Learnt:
    """What changed at this look. `fresh` counts new alerts by kind, for the storm."""

    fired: list[Alert] = field(default_factory=list)
    resolved: list[Alert] = field(default_factory=list)
    fresh: Counter[Kind] = field(default_factory=Counter)
    met: set[str] = field(default_factory=set)


def take_signs(
    memory: AlertMemory, signs: Iterable[Sign], *, now: datetime, learnt: Learnt
) -> list[Sign]:
    """Let every sign move its alert; answers those of events for which there is no room in mind.
    Conditions and heartbeats are bounded by themselves.
    """
    no_room = []
    for sign in signs:
        key = sign.fingerprint
        known = memory.alerts.get(key)
        is_full = bool(sign.occurrences) and len(memory.alerts) >= MOST_OPEN
        if known is None and sign.holds and is_full:
            no_room.append(sign)
            continue
        learnt.met.add(key)
        lately = memory.lately.get(key)
        alert, change = advance(known, sign, now=now, lately=lately)
        if change == "forgotten":
            memory.alerts.pop(key, None)
        elif alert is not None and alert is not known:
            memory.put(alert)
        if alert is not None and change == "fired":
            learnt.fired.append(alert)
            if lately is None and alert.name not in ITS_OWN:
                learnt.fresh[Kind(alert.name, alert.component, alert.severity)] += 1
        if alert is not None and change == "resolved":
            _note_end(memory, alert, learnt)
    return no_room


def end_the_rest(memory: AlertMemory, *, now: datetime, learnt: Learnt, events_heard: bool) -> None:
    """What no sign spoke of: its rule is gone, or nothing of the kind happened for long enough. As
    long as events cannot be heard, silence means nothing.
    """
    for alert in [*memory.alerts.values()]:
        if alert.fingerprint in learnt.met:
            continue
        rule = memory.rules.get(alert.name)
        is_gone = rule is None or not rule.is_enabled or bool(rule.condition)
        if (
            is_gone
            or alert.name == SILENT
            or (
                events_heard
                and alert.name not in ITS_OWN
                and rule is not None
                and is_quiet(rule, seen_at=alert.seen_at, now=now)
            )
        ):
            _finish(memory, alert, now=now, learnt=learnt)


def notice_storm(memory: AlertMemory, *, now: datetime, learnt: Learnt) -> None:
    """Count what is new and would be told; begin or end the storm."""
    before = memory.weather
    firing = firing_names(memory, database_alive=True)
    given = Circumstances(now=now, throttle=now - now, rules=memory.rules, firing=firing)
    loud = {
        kind: count
        for kind, count in learnt.fresh.items()
        if inhibitor_of(kind.name, given) is None
    }
    memory.weather = observe(before, loud, now=now)
    sign = sign_of_storm(memory.weather, before=before)
    if sign is None:
        return
    take_signs(memory, [sign], now=now, learnt=learnt)
    if not memory.weather.is_storm:
        _those_held_were_told(memory, now=now)


def firing_names(memory: AlertMemory, *, database_alive: bool) -> frozenset[str]:
    """What fires now, and what stands for the database when it cannot be reached."""
    away: Sequence[str] = () if database_alive else (AWAY,)
    return frozenset([*(each.name for each in memory.alerts.values() if each.is_firing), *away])


def _those_held_were_told(memory: AlertMemory, *, now: datetime) -> None:
    """The storm's last notice speaks of them all; each by itself would be no news."""
    for alert in [*memory.alerts.values()]:
        if alert.held_by == "storm":
            labels = {**alert.labels, IN_STORM: "true"}
            memory.put(
                replace(alert, held_by=None, labels=labels, told=alert.told + 1, told_at=now)
            )


def _finish(memory: AlertMemory, alert: Alert, *, now: datetime, learnt: Learnt) -> None:
    if alert.status == "pending":
        del memory.alerts[alert.fingerprint]
        return
    ended = resolve(alert, now=now)
    memory.put(ended)
    _note_end(memory, ended, learnt)


def _note_end(memory: AlertMemory, ended: Alert, learnt: Learnt) -> None:
    learnt.resolved.append(ended)
    if ended.was_told and ended.told_on:
        memory.ending[ended.fingerprint] = ended
