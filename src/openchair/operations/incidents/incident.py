"""An incident, its timeline and its roles, as readers and the watcher see them. Plain data, pure.

Every word that people give is checked here once: how long it may be, and that it is text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

from openchair.operations.incidents.clocks import Clock, resolution_clock, response_clock
from openchair.operations.incidents.severity import shown
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id

Phase = Literal["detection", "triage", "investigation", "recovery", "closed"]
Scenario = Literal["service_down", "database", "security", "corruption", "payments", "other"]
EntryKind = Literal[
    "opened",
    "alert",
    "acknowledged",
    "told",
    "update",
    "note",
    "phase",
    "severity",
    "role",
    "reminder",
    "escalation",
    "act",
    "deploy",
    "customers",
    "resolved",
    "closed",
    "reopened",
    "report",
]
RoleName = Literal["commander", "communications", "operations", "scribe"]

PHASES: tuple[Phase, ...] = get_args(Phase)
SCENARIOS: tuple[Scenario, ...] = get_args(Scenario)
ROLES: tuple[RoleName, ...] = get_args(RoleName)
SYSTEM_AUTHOR = "openchair"

MOST_TITLE, MOST_WORDS, MOST_NAME = 150, 2000, 100
MOST_COMPONENTS, MOST_COMPONENT = 20, 60
_BETWEEN_LINES = {"\n", "\t", "\r"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident. `number` is what people call it; 0 as long as no database could give one.
    `severity` 0 is SEV-0, the worst. `resolved_at` is when it was over, `closed_at` when somebody
    (or a quiet hour) said so.
    """

    id: UUID
    number: int
    title: str
    description: str
    impact: str
    severity: int
    scenario: Scenario
    phase: Phase
    components: tuple[str, ...]
    is_public: bool
    opened_by: str
    started_at: datetime
    detected_at: datetime
    correlation_id: str | None = None
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    update_due_at: datetime | None = None
    reminded_at: datetime | None = None
    escalation_step: int = 0
    escalated_at: datetime | None = None
    resolution: str | None = None
    root_cause: str | None = None
    preventive_measures: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do with it."""
        return self.phase != "closed"

    @property
    def name(self) -> str:
        """`Incident 7 (SEV-1)`."""
        number = str(self.number) if self.number else "without a number yet"
        return f"Incident {number} ({shown(self.severity)})"

    def response(self, *, slower: bool) -> Clock:
        """Until when somebody has to take it on."""
        return response_clock(
            severity=self.severity,
            detected_at=self.detected_at,
            acknowledged_at=self.acknowledged_at,
            slower=slower,
        )

    def resolution_due(self) -> Clock:
        """Until when it has to be over."""
        return resolution_clock(
            severity=self.severity, detected_at=self.detected_at, resolved_at=self.resolved_at
        )

    def lasted(self, *, now: datetime) -> timedelta:
        """From its start to its end, or until now."""
        return (self.resolved_at or self.closed_at or now) - self.started_at

    def is_update_late(self, now: datetime) -> bool:
        """Whether a word to the outside is overdue."""
        return self.update_due_at is not None and now >= self.update_due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline; never changed. `is_public` ones stand on the status page."""

    id: UUID
    incident_id: UUID
    at: datetime
    kind: EntryKind
    author: str
    words: str
    is_public: bool = False
    source: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Who does what in an incident."""

    role: RoleName
    name: str
    contact_id: UUID | None
    since: datetime


def new_entry(
    incident_id: UUID,
    kind: EntryKind,
    words: str,
    *,
    at: datetime,
    author: str = SYSTEM_AUTHOR,
    is_public: bool = False,
    source: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Entry:
    """An entry with an id of its own; words that are too long are cut."""
    return Entry(
        id=new_id(),
        incident_id=incident_id,
        at=at,
        kind=kind,
        author=author[:MOST_NAME],
        words=words if len(words) <= MOST_WORDS else f"{words[: MOST_WORDS - 1]}…",
        is_public=is_public,
        source=source,
        data=data or {},
    )


def checked_words(given: str, *, field: str, most: int = MOST_WORDS) -> str:
    """What somebody wrote, without blanks around it. Raises `Invalid` when it is empty, longer than
    `most` characters, or holds what is no text.
    """
    words = given.strip()
    if not words:
        raise Invalid("Please say something here.", field=field)
    if len(words) > most:
        raise Invalid(f"At most {most} characters, please.", field=field)
    if not all(each.isprintable() or each in _BETWEEN_LINES for each in words):
        raise Invalid("This holds characters that are no text.", field=field)
    return words


def checked_line(given: str, *, field: str, most: int = MOST_NAME) -> str:
    """The same in one line."""
    return checked_words(" ".join(given.split()), field=field, most=most)


def checked_components(given: Sequence[str]) -> tuple[str, ...]:
    """Each once, at most twenty. Raises `Invalid`."""
    found = dict.fromkeys(
        checked_line(each, field="components", most=MOST_COMPONENT) for each in given
    )
    if len(found) > MOST_COMPONENTS:
        raise Invalid(f"At most {MOST_COMPONENTS} components, please.", field="components")
    return tuple(found)


def checked_scenario(given: str) -> Scenario:
    """One of ours, also written with blanks or dashes. Raises `Invalid`."""
    plain = given.strip().lower().replace("-", "_").replace(" ", "_")
    for each in SCENARIOS:
        if each == plain:
            return each
    raise Invalid(f"A scenario is one of {', '.join(SCENARIOS)}.", field="scenario")


def title_of(description: str) -> str:
    """The first line of what happened, cut to a title."""
    line = " ".join(description.strip().splitlines()[0].split())
    return line if len(line) <= MOST_TITLE else f"{line[: MOST_TITLE - 1].rstrip()}…"
