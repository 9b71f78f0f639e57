"""How an alert begins, fires and ends. Pure: the time is an argument.

(nothing) ──holds──► pending ──for its duration──► firing ──no longer──► resolved
    ▲                   │                           ▲  │ 4th change within 30 min
    └────no longer──────┘                           │  ▼
                                                  firing, held by "flapping",
                                                  until it was quiet for 15 min ──► resolved
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from openchair.operations.alerts.alert import MOST_CHANGES, Alert, fingerprint_of
from openchair.operations.alerts.notice import Severity
from openchair.platform.ids import new_id

FLAPS = 4
FLAP_WINDOW = timedelta(minutes=30)
FLAP_QUIET = timedelta(minutes=15)
FLAPPING = "flapping"

Change = Literal["fired", "resolved", "forgotten", "held"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What was seen of one possible alert at one look. `holds` None: nobody can tell now.
    `occurrences` are events since the last look; `action` tells alerts of one name apart.
    """

    name: str
    component: str
    severity: Severity
    action: str
    holds: bool | None
    summary: str
    duration: timedelta = timedelta()
    value: float | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    occurrences: int = 0
    began_at: datetime | None = None
    correlation_id: str | None = None

    @property
    def fingerprint(self) -> str:
        """The alert it is a sign of."""
        return fingerprint_of(
            title=self.name, component=self.component, action=self.action, severity=self.severity
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """What outlives an alert that ended, so that the next of its fingerprint is not new."""

    ended_at: datetime
    told_at: datetime | None
    held_back: int
    changes: tuple[datetime, ...]


def advance(
    alert: Alert | None, sign: Sign, *, now: datetime, lately: Lately | None = None
) -> tuple[Alert | None, Change | None]:
    """The alert after this sign, and what changed. A pending one that ends is just forgotten."""
    if alert is None:
        return _begin(sign, now=now, lately=lately) if sign.holds else (None, None)
    if sign.holds is None:
        return alert, None
    if not sign.holds:
        return _end(alert, now=now)
    alert = _seen(alert, sign, now=now)
    if alert.status == "pending" and now - alert.started_at >= sign.duration:
        return _fire(alert, now=now)
    return alert, None


def resolve(alert: Alert, *, now: datetime) -> Alert:
    """It is over, whatever it was held by."""
    return replace(
        alert,
        status="resolved",
        resolved_at=now,
        held_by=None if alert.held_by == FLAPPING else alert.held_by,
        changes=_recent(alert.changes, now=now, also=now),
    )


def is_flapping(changes: Sequence[datetime], *, now: datetime) -> bool:
    """Whether it began and ended so often lately that each time is no news."""
    return len(_recent(changes, now=now)) >= FLAPS


def _begin(
    sign: Sign, *, now: datetime, lately: Lately | None
) -> tuple[Alert | None, Change | None]:
    alert = Alert(
        id=new_id(),
        fingerprint=sign.fingerprint,
        name=sign.name,
        component=sign.component,
        severity=sign.severity,
        status="pending",
        title=f"{sign.name}: {sign.component}",
        summary=sign.summary,
        started_at=min(sign.began_at or now, now),
        seen_at=now,
        value=sign.value,
        labels=sign.labels,
        count=max(sign.occurrences, 1),
        held_back=lately.held_back if lately else 0,
        told_at=lately.told_at if lately else None,
        changes=_recent(lately.changes, now=now) if lately else (),
        correlation_id=sign.correlation_id,
    )
    if sign.duration <= timedelta():
        return _fire(alert, now=now)
    return alert, None


def _fire(alert: Alert, *, now: datetime) -> tuple[Alert, Change]:
    changes = _recent(alert.changes, now=now, also=now)
    flapping = len(changes) >= FLAPS
    return (
        replace(
            alert,
            status="firing",
            fired_at=now,
            changes=changes,
            held_by=FLAPPING if flapping else alert.held_by,
        ),
        "fired",
    )


def _seen(alert: Alert, sign: Sign, *, now: datetime) -> Alert:
    again = sign.occurrences if alert.is_firing else 0
    return replace(
        alert,
        seen_at=now,
        summary=sign.summary,
        value=sign.value,
        labels={**alert.labels, **sign.labels},
        count=alert.count + sign.occurrences,
        held_back=alert.held_back + again,
    )


def _end(alert: Alert, *, now: datetime) -> tuple[Alert | None, Change | None]:
    if alert.status == "pending":
        return None, "forgotten"
    if alert.held_by == FLAPPING:
        if now - alert.seen_at < FLAP_QUIET:
            return alert, None
    elif is_flapping(_recent(alert.changes, now=now, also=now), now=now):
        return replace(
            alert, held_by=FLAPPING, changes=_recent(alert.changes, now=now, also=now)
        ), "held"
    return resolve(alert, now=now), "resolved"


def _recent(
    changes: Sequence[datetime], *, now: datetime, also: datetime | None = None
) -> tuple[datetime, ...]:
    kept = [each for each in changes if now - each < FLAP_WINDOW]
    return tuple([*kept, *([also] if also else [])][-MOST_CHANGES:])
