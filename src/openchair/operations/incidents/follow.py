"""What an incident makes of one look of the alerting: opens, takes alerts in, recovers, closes what
stayed quiet. Pure: the time is an argument; every step adds to the timeline.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.notice import Attempt
from openchair.operations.incidents.clocks import UPDATE_EVERY
from openchair.operations.incidents.incident import (
    MOST_COMPONENTS,
    SYSTEM_AUTHOR,
    Entry,
    EntryKind,
    Incident,
    new_entry,
)
from openchair.operations.incidents.rules import (
    IMPACTS,
    belongs_to,
    is_public,
    opens,
    scenario_of,
    severity_of,
    title_of,
)
from openchair.operations.incidents.severity import WORDS, shown
from openchair.operations.incidents.watched import (
    MOST_LINKED,
    MOST_WATCHED,
    Commander,
    IncidentMemory,
    Linked,
    Version,
    Watched,
)
from openchair.platform.ids import new_id

DEPLOY_MATTERS = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of the alerts at this look: those in mind, and when others ended."""

    alerts: Sequence[Alert] = ()
    ended: Mapping[UUID, datetime] = field(default_factory=dict)
    attempts: Sequence[Attempt] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """The settings that decide here."""

    which: frozenset[str]
    within: timedelta
    quiet: timedelta


def follow(
    memory: IncidentMemory,
    seen: Seen,
    *,
    patience: Patience,
    commander: Commander | None,
    now: datetime,
) -> None:
    """Bring every incident up to this look, in the order in which things happen."""
    linked = {each.id for watched in memory.watched.values() for each in watched.alerts}
    for alert in sorted(seen.alerts, key=_by_time):
        if alert.is_firing and alert.incident_id is None and alert.id not in linked:
            _take_in(memory, alert, patience=patience, commander=commander, now=now)
    for watched in memory.open_ones():
        _hear_of_alerts(memory, watched, seen, now=now)
    for watched in memory.open_ones():
        _hear_who_was_told(memory, watched, seen.attempts)
    for watched in memory.open_ones():
        _close_quiet(memory, watched, patience=patience, now=now)


def say(
    memory: IncidentMemory,
    incident: Incident,
    kind: EntryKind,
    words: str,
    *,
    at: datetime,
    source: str,
    author: str = SYSTEM_AUTHOR,
    is_public: bool = False,
) -> None:
    """A line for the timeline, to be written when there is a database."""
    entry: Entry = new_entry(
        incident.id, kind, words, at=at, author=author, source=source, is_public=is_public
    )
    memory.unsaved.append(entry)


def tell_versions(memory: IncidentMemory, watched: Watched, versions: Sequence[Version]) -> None:
    """A version that began shortly before an incident, or during it, stands in its timeline."""
    for each in versions:
        if each.at >= watched.incident.started_at - DEPLOY_MATTERS:
            say(
                memory,
                watched.incident,
                "deploy",
                f"Version {each.version} runs since then.",
                at=each.at,
                source=f"version:{each.version}:{each.at.isoformat()}",
            )


# ---------------------------------------------------------------- alerts come


def _take_in(
    memory: IncidentMemory,
    alert: Alert,
    *,
    patience: Patience,
    commander: Commander | None,
    now: datetime,
) -> None:
    home = belongs_to(alert, memory.open_ones(), within=patience.within)
    if home is None:
        if not opens(alert, which=patience.which) or len(memory.open_ones()) >= MOST_WATCHED:
            return
        home = _open(memory, alert, commander=commander, now=now)
    if len(home.alerts) < MOST_LINKED:  # the alerting's own list has the rest
        _join(memory, home, alert, now=now)


def _open(
    memory: IncidentMemory, alert: Alert, *, commander: Commander | None, now: datetime
) -> Watched:
    scenario, severity = scenario_of(alert), severity_of(alert)
    incident = Incident(
        id=new_id(),
        number=0,
        title=title_of(alert),
        description=f"{alert.name}: {alert.summary}",
        impact=IMPACTS[scenario],
        severity=severity,
        scenario=scenario,
        phase="detection",
        components=(alert.component,),
        is_public=is_public(alert),
        opened_by=SYSTEM_AUTHOR,
        started_at=alert.started_at,
        detected_at=alert.fired_at or now,
        correlation_id=alert.correlation_id or new_id().hex,
        update_due_at=now + UPDATE_EVERY,
    )
    watched = Watched(incident=incident, commander=commander)
    memory.put(watched)
    words = f"{shown(severity)} ({WORDS[severity]}), opened by itself because {alert.name} fires."
    say(memory, incident, "opened", words, at=incident.detected_at, source="opened")
    if commander is not None:
        words = f"{commander.name} is commander until somebody else is named."
        say(memory, incident, "role", words, at=incident.detected_at, source="first commander")
    tell_versions(memory, watched, memory.versions)
    return watched


def _join(memory: IncidentMemory, watched: Watched, alert: Alert, *, now: datetime) -> None:
    fired = alert.fired_at or now
    linked = Linked(id=alert.id, name=alert.name, component=alert.component, fired_at=fired)
    components = list(dict.fromkeys([*watched.incident.components, alert.component]))
    watched = replace(watched, alerts=(*watched.alerts, linked)).changed(
        components=tuple(components[:MOST_COMPONENTS])
    )
    memory.links[alert.id] = watched.incident.id
    held = f" Held back because of {alert.held_by}." if alert.held_by else ""
    words = f"{alert.name} fires ({alert.severity}): {alert.summary}{held}"
    say(memory, watched.incident, "alert", words, at=fired, source=f"alert:{alert.id}:fired")
    watched = _worse(memory, watched, alert, now=now)
    if watched.incident.phase == "recovery":
        watched = watched.changed(
            phase="investigation", resolved_at=None, update_due_at=now + UPDATE_EVERY
        )
        words = f"It is not over: {alert.name} fires. recovery → investigation."
        say(memory, watched.incident, "phase", words, at=fired, source=f"alert:{alert.id}:relapse")
    memory.put(watched)


def _worse(memory: IncidentMemory, watched: Watched, alert: Alert, *, now: datetime) -> Watched:
    """What nobody has judged yet becomes as bad as its worst alert."""
    incident, severity = watched.incident, severity_of(alert)
    if incident.opened_by != SYSTEM_AUTHOR or incident.acknowledged_at is not None:
        return watched
    if severity >= incident.severity:
        return watched
    scenario = scenario_of(alert)
    words = f"{shown(incident.severity)} → {shown(severity)}: {alert.name} fires."
    say(memory, incident, "severity", words, at=now, source=f"alert:{alert.id}:worse")
    return watched.changed(
        severity=severity,
        scenario=scenario,
        title=title_of(alert),
        impact=IMPACTS[scenario],
        is_public=incident.is_public or is_public(alert),
    )


# ---------------------------------------------------------------- alerts go


def _hear_of_alerts(memory: IncidentMemory, watched: Watched, seen: Seen, *, now: datetime) -> None:
    current = {each.id: each for each in seen.alerts}
    has_ended = False
    for linked in watched.unresolved:
        alert = current.get(linked.id)
        if alert is not None and alert.acknowledged_at not in {None, linked.acknowledged_at}:
            watched = _acknowledged(memory, watched, linked, alert, now=now)
        ended = seen.ended.get(linked.id) or (alert.resolved_at if alert else None)
        if ended is not None:
            has_ended = True
            watched = _with(watched, linked.id, resolved_at=ended)
            source = f"alert:{linked.id}:resolved"
            say(
                memory,
                watched.incident,
                "alert",
                f"{linked.name} is over.",
                at=ended,
                source=source,
            )
    if has_ended and not watched.unresolved:
        watched = _recover(memory, watched)
    memory.put(watched)


def _acknowledged(
    memory: IncidentMemory, watched: Watched, linked: Linked, alert: Alert, *, now: datetime
) -> Watched:
    at, who = alert.acknowledged_at or now, alert.acknowledged_by or "somebody"
    watched = _with(watched, linked.id, acknowledged_at=at)
    source = f"alert:{linked.id}:acknowledged:{at.isoformat()}"
    words = f"{who} acknowledged {linked.name}."
    say(memory, watched.incident, "acknowledged", words, at=at, source=source, author=who)
    if watched.incident.acknowledged_at is not None:
        return watched
    phase = watched.incident.phase
    return watched.changed(acknowledged_at=at, phase="triage" if phase == "detection" else phase)


def _with(watched: Watched, alert_id: UUID, **values: Any) -> Watched:
    return replace(
        watched,
        alerts=tuple(
            replace(each, **values) if each.id == alert_id else each for each in watched.alerts
        ),
    )


def _recover(memory: IncidentMemory, watched: Watched) -> Watched:
    incident = watched.incident
    ended = max(each.resolved_at for each in watched.alerts if each.resolved_at is not None)
    if incident.phase == "recovery":
        return watched.changed(resolved_at=ended)
    words = f"All its alerts are over. {incident.phase} → recovery; a person closes it."
    source = f"recovery:{ended.isoformat()}"
    say(memory, incident, "resolved", words, at=ended, source=source)
    return watched.changed(
        phase="recovery", resolved_at=ended, update_due_at=None, reminded_at=None
    )


def _hear_who_was_told(
    memory: IncidentMemory, watched: Watched, attempts: Sequence[Attempt]
) -> None:
    ours = {each.id for each in watched.alerts}
    for attempt in attempts:
        if ours.isdisjoint(attempt.alert_ids):
            continue
        source = f"notice:{attempt.notice_id}:{attempt.channel}:{attempt.outcome}"
        if attempt.outcome == "sent":
            instead = f", since {attempt.instead_of} is dead" if attempt.instead_of else ""
            words = f"Told by {attempt.channel}{instead}: {attempt.title} ({attempt.kind})."
        else:
            words = f"Could not be told by {attempt.channel}: {attempt.title}. {attempt.error}"
        say(memory, watched.incident, "told", words, at=attempt.at, source=source)


def _close_quiet(
    memory: IncidentMemory, watched: Watched, *, patience: Patience, now: datetime
) -> None:
    incident = watched.incident
    over = incident.resolved_at
    if incident.phase != "recovery" or over is None or incident.opened_by != SYSTEM_AUTHOR:
        return
    if not watched.alerts or watched.unresolved or now - over < patience.quiet:
        return
    minutes = patience.quiet // timedelta(minutes=1)
    words = f"Closed by itself: all its alerts have been over for {minutes} minutes."
    source = f"closed:{over.isoformat()}"
    say(memory, incident, "closed", words, at=now, source=source, is_public=incident.is_public)
    memory.put(watched.changed(phase="closed", closed_at=now, update_due_at=None, resolution=words))


def _by_time(alert: Alert) -> tuple[bool, datetime]:
    """Causes before what is held because of them, then by time."""
    return alert.held_by is not None, alert.fired_at or alert.started_at
