"""Which alerts open an incident, of what kind and how bad, and which belong to one that is open
already. Pure.

Source of the scenarios: the operator's runbook, "When to Escalate".
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.state import FLAPPING
from openchair.operations.incidents.incident import Scenario
from openchair.operations.incidents.severity import Harm, Reach, propose
from openchair.operations.incidents.watched import Watched

SCENARIOS: Mapping[str, Scenario] = {
    "DatabaseDown": "database",
    "DatabaseTimeout": "database",
    "WorkersGone": "service_down",
    "ReadinessFailed": "service_down",
    "SignatureFailures": "security",
    "LoginAnomaly": "security",
    "InvariantBroken": "corruption",
}
"""By the alert's name; others are of no scenario of the runbook's."""

APART: frozenset[Scenario] = frozenset({"security", "corruption"})
"""A coincidence in time makes nothing of these a part of an outage, or the other way round."""

ROUTINE: frozenset[str] = frozenset({"WorkerDied"})
"""The supervisor has mended it already: it opens nothing unless the settings name it, and is a part
of no incident that something else opened, which it would keep from recovering.
"""

TITLES: Mapping[Scenario, str] = {
    "database": "The database does not answer",
    "service_down": "The service does not do its work",
    "security": "Something tries to get in",
    "corruption": "Data is not as it has to be",
    "payments": "Payments do not work",
}
IMPACTS: Mapping[Scenario, str] = {
    "database": "Nobody can book, change or cancel a visit.",
    "service_down": "Confirmations, reminders and other work for clients wait.",
    "security": "Not known yet; accounts or data may be in danger.",
    "corruption": "Not known yet; messages or bookings may be wrong.",
    "payments": "Clients cannot pay.",
    "other": "Clients may notice that something is slow, late or does not work.",
}
_JUDGED: Mapping[Scenario, tuple[Harm, Reach]] = {
    "database": (Harm.BROKEN, Reach.EVERYBODY),
    "service_down": (Harm.BROKEN, Reach.EVERYBODY),
    "security": (Harm.LOST, Reach.SOME),
    "corruption": (Harm.LOST, Reach.MANY),
    "payments": (Harm.BROKEN, Reach.MANY),
}
_OTHERS: Mapping[str, tuple[Harm, Reach]] = {
    "critical": (Harm.BROKEN, Reach.MANY),
    "high": (Harm.BROKEN, Reach.SOME),
    "medium": (Harm.HINDERED, Reach.SOME),
    "low": (Harm.LOOKS, Reach.SOME),
}
_FELT = frozenset({"database", "workers", "traffic", "smtp", "sms", "queue", "storage"})
"""Components whose failure clients feel, and so may read of."""


def scenario_of(alert: Alert) -> Scenario:
    """The runbook's scenario this alert is a sign of."""
    return SCENARIOS.get(alert.name, "other")


def severity_of(alert: Alert) -> int:
    """What the matrix proposes, 0 to 4."""
    harm, reach = _JUDGED.get(scenario_of(alert), _OTHERS[alert.severity])
    return propose(harm=harm, reach=reach)


def title_of(alert: Alert) -> str:
    """A title that says more than a rule's name, where the scenario is known."""
    return TITLES.get(scenario_of(alert), alert.title)


def is_public(alert: Alert) -> bool:
    """Whether clients may read of it: not of attacks, and not of what only the operators feel."""
    return scenario_of(alert) not in APART and alert.component in _FELT


def opens(alert: Alert, *, which: Collection[str]) -> bool:
    """Whether it opens an incident by itself: named in the settings, by name or severity, and not
    held by a silence, a storm or the alert that causes it.
    """
    return (
        alert.is_firing
        and alert.held_by in {None, FLAPPING}
        and (alert.name in which or (alert.severity in which and alert.name not in ROUTINE))
    )


def belongs_to(alert: Alert, open_ones: Iterable[Watched], *, within: timedelta) -> Watched | None:
    """The open incident this alert is a part of: one that knows the same alert from before, one
    that has its cause, else the first that has an alert, or began, near in time. None: of none.
    """
    candidates = list(open_ones)
    for each in candidates:
        if any(known.name == alert.name for known in each.alerts):
            return each
    if alert.name in ROUTINE:
        return None
    for each in candidates:
        if any(known.name == alert.held_by for known in each.alerts):
            return each
    if alert.severity == "low":
        return None
    for each in candidates:
        if _is_near(alert, each, within=within) and not _is_apart(alert, each):
            return each
    return None


def _is_near(alert: Alert, watched: Watched, *, within: timedelta) -> bool:
    fired = alert.fired_at or alert.started_at
    known = [each.fired_at for each in watched.alerts] or [watched.incident.started_at]
    return any(abs(fired - each) <= within for each in known)


def _is_apart(alert: Alert, watched: Watched) -> bool:
    ours, theirs = scenario_of(alert), watched.incident.scenario
    return ours != theirs and not APART.isdisjoint({ours, theirs})
