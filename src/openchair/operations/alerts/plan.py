"""What is told this time: the alerts that are due, gathered into one notice a channel. Pure.

Whether an alert is due decides `decide.py`; sending is `tell.py`'s.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.builtin.alerting import STORM, UNDELIVERED
from openchair.operations.alerts.decide import (
    Circumstances,
    Reason,
    inhibitor_of,
    is_flapping,
    verdict,
)
from openchair.operations.alerts.notice import (
    Channel,
    Notice,
    NoticeKind,
    NoticeLine,
    Severity,
)
from openchair.operations.alerts.severity import badness, worst
from openchair.operations.alerts.silence import Silence
from openchair.operations.alerts.state import FLAPPING
from openchair.operations.alerts.words import lines_of, remarks_on, title_of
from openchair.platform.ids import new_id

MOST_LINES = 20

Routes = Mapping[Severity, Sequence[Channel]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One notice, where it goes, and the alerts it tells of (also those beyond its lines)."""

    notice: Notice
    channels: tuple[Channel, ...]
    fingerprints: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """So many alerts were not told on a channel at this look, and why."""

    channel: Channel
    reason: Reason
    severity: Severity
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`alerts` are those whose `held_by` or `held_back` changed; `warned` silences about to end."""

    planned: tuple[Planned, ...]
    alerts: tuple[Alert, ...]
    held: tuple[HeldBack, ...]
    warned: tuple[Silence, ...] = ()


@dataclass(slots=True)
class _Due:
    """Gathered while going through the alerts."""

    lines: dict[tuple[NoticeKind, Channel], list[Alert]] = field(default_factory=dict)
    held: dict[tuple[Channel, Reason, Severity], int] = field(default_factory=dict)
    changed: list[Alert] = field(default_factory=list)

    def add(self, kind: NoticeKind, channels: Iterable[Channel], alert: Alert) -> None:
        for channel in channels:
            self.lines.setdefault((kind, channel), []).append(alert)

    def hold(self, channels: Iterable[Channel], reason: Reason, severity: Severity) -> None:
        for channel in channels:
            key = (channel, reason, severity)
            self.held[key] = self.held.get(key, 0) + 1


def plan_notices(
    alerts: Iterable[Alert],
    given: Circumstances,
    *,
    routes: Routes,
    fired: frozenset[str] = frozenset(),
    perhaps_told: frozenset[str] = frozenset(),
    storm_severities: Iterable[Severity] = (),
    link: str = "",
) -> Plan:
    """Who is told what now, of the open alerts and of those that just ended. `fired` are the
    fingerprints that fired at this look, `perhaps_told` those whose notice may have gone out
    before a watcher died; `routes` name only channels that have an address.
    """
    due, known = _Due(), sorted(alerts, key=lambda each: (badness(each.severity), each.started_at))
    concerned = set(storm_severities)
    for alert in known:
        _consider(alert, given, routes=routes, fired=fired, concerned=concerned, due=due)
    held_by = {each.fingerprint: each for each in due.changed}
    current = [held_by.get(each.fingerprint, each) for each in known]
    make = _maker(given, current, perhaps_told=perhaps_told, link=link)
    warned = [each for each in given.silences if _would_fire(each, current, given)]
    return Plan(
        planned=(
            *_gathered(due.lines, make),
            *(_warning(each, current, given, routes=routes, link=link) for each in warned),
        ),
        alerts=tuple(due.changed),
        held=tuple(
            HeldBack(channel=channel, reason=reason, severity=severity, count=count)
            for (channel, reason, severity), count in due.held.items()
        ),
        warned=tuple(warned),
    )


def channels_of(
    alert: Alert, *, routes: Routes, concerned: Iterable[Severity] = ()
) -> list[Channel]:
    """Where this alert goes. A storm goes to everybody who would be told of a part of it; that a
    channel is dead is tried on that channel too, so that it is known when it is back.
    """
    severities = {alert.severity, *(concerned if alert.name == STORM else ())}
    wanted = {channel for severity in severities for channel in routes[severity]}
    dead = alert.labels.get("channel") if alert.name == UNDELIVERED else None
    return [each for each in _usable(routes) if each in wanted or each == dead]


def _usable(routes: Routes) -> list[Channel]:
    """Every channel that has an address."""
    return list(dict.fromkeys(channel for channels in routes.values() for channel in channels))


def _still(told_on: Iterable[Channel], routes: Routes) -> list[Channel]:
    """The channels of the first notice, as far as they still have an address."""
    return [each for each in told_on if each in _usable(routes)]


# ------------------------------------------------------------------ one alert


def _consider(
    alert: Alert,
    given: Circumstances,
    *,
    routes: Routes,
    fired: frozenset[str],
    concerned: set[Severity],
    due: _Due,
) -> None:
    if alert.status == "resolved":
        # What stands for it now is told of its own end.
        if alert.was_told and inhibitor_of(alert.name, given) is None:
            due.add("resolved", _still(alert.told_on, routes), alert)
        return
    found = verdict(alert, given)
    channels = channels_of(alert, routes=routes, concerned=concerned)
    if found.tell is not None:
        due.add(_kind(alert, found.tell), channels, alert)
    holder = FLAPPING if is_flapping(alert) else found.held_by
    newly_held = found.held_by is not None and found.held_by != alert.held_by
    throttled = found.reason == "throttled" and alert.fingerprint in fired
    if newly_held or throttled:
        due.hold(channels, found.reason, alert.severity)
    if holder != alert.held_by or throttled:
        due.changed.append(
            replace(alert, held_by=holder, held_back=alert.held_back + int(throttled))
        )


def _kind(alert: Alert, tell: NoticeKind) -> NoticeKind:
    if alert.name == STORM:
        return "storm"
    return "undelivered" if alert.name == UNDELIVERED else tell


# ------------------------------------------------------------------ notices

Make = Callable[[NoticeKind, Sequence[Alert]], Notice]


def _maker(
    given: Circumstances, current: Sequence[Alert], *, perhaps_told: frozenset[str], link: str
) -> Make:
    def make(kind: NoticeKind, told: Sequence[Alert]) -> Notice:
        return Notice(
            id=new_id(),
            kind=kind,
            severity=worst(each.severity for each in told),
            title=title_of(told),
            lines=lines_of(told[:MOST_LINES], rules=given.rules),
            at=given.now,
            remarks=remarks_on(
                kind,
                told,
                shown=MOST_LINES,
                current=current,
                perhaps_told=perhaps_told,
                throttle=given.throttle,
            ),
            link=link,
            correlation_id=next((each.correlation_id for each in told if each.correlation_id), ""),
        )

    return make


def _gathered(
    lines: Mapping[tuple[NoticeKind, Channel], Sequence[Alert]], make: Make
) -> list[Planned]:
    """One notice a kind and channel; channels that are told the very same share it."""
    shared: dict[tuple[NoticeKind, tuple[str, ...]], list[Channel]] = {}
    alerts: dict[tuple[str, ...], Sequence[Alert]] = {}
    for (kind, channel), told in lines.items():
        fingerprints = tuple(each.fingerprint for each in told)
        shared.setdefault((kind, fingerprints), []).append(channel)
        alerts[fingerprints] = told
    return [
        Planned(
            notice=make(kind, alerts[fingerprints]),
            channels=tuple(channels),
            fingerprints=fingerprints,
        )
        for (kind, fingerprints), channels in shared.items()
    ]


# ------------------------------------------------------------------ silences about to end


def _would_fire(silence: Silence, current: Sequence[Alert], given: Circumstances) -> bool:
    return silence.should_warn(given.now) and any(
        each.is_firing and silence.silences(each, now=given.now) for each in current
    )


def _warning(
    silence: Silence,
    current: Sequence[Alert],
    given: Circumstances,
    *,
    routes: Routes,
    link: str,
) -> Planned:
    kept = [each for each in current if each.is_firing and silence.silences(each, now=given.now)]
    notice = Notice(
        id=new_id(),
        kind="silence",
        severity=worst(each.severity for each in kept),
        title=f"A silence ends at {_clock(silence.ends_at)}, and {title_of(kept)} still fires",
        lines=_lines(kept, given),
        at=given.now,
        remarks=(
            f"Silenced by {silence.created_by}: {silence.reason}",
            "To silence it for longer: openchair alerts silence",
        ),
        link=link,
    )
    channels = {channel: None for each in kept for channel in routes[each.severity]}
    return Planned(notice=notice, channels=tuple(channels), fingerprints=())


def _lines(kept: Sequence[Alert], given: Circumstances) -> tuple[NoticeLine, ...]:
    return lines_of(kept[:MOST_LINES], rules=given.rules)


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M} UTC"
