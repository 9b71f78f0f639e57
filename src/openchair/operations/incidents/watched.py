"""What the watcher knows of open incidents between two looks, and the snapshot of it in a file of
its folder that outlives a death and a dead database. Plain data, bounded.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from openchair.operations.alerts.notice import Attempt, Notice, Target
from openchair.operations.alerts.spool import Row
from openchair.operations.incidents.incident import Entry, Incident

MOST_LINKED = 100
MOST_WATCHED = 50
MOST_UNSAVED = 5000
MOST_VERSIONS = 10
MOST_ACTS_HEARD = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """An alert that belongs to an incident, and what the timeline knows of it already."""

    id: UUID
    name: str
    component: str
    fired_at: datetime
    resolved_at: datetime | None = None
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commander:
    """Who leads an incident that opened by itself, until people say otherwise."""

    name: str
    contact_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One open incident. `base` is how it stands in the database; None while it stands in none."""

    incident: Incident
    base: Incident | None = None
    alerts: tuple[Linked, ...] = ()
    commander: Commander | None = None

    @property
    def unresolved(self) -> tuple[Linked, ...]:
        """Its alerts that are not over."""
        return tuple(each for each in self.alerts if each.resolved_at is None)

    def changed(self, **values: Any) -> "Watched":
        """The same with other values of the incident."""
        return replace(self, incident=replace(self.incident, **values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Which version of ours runs since when."""

    version: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that has to outlive the watcher."""

    watched: tuple[Watched, ...] = ()
    entries: tuple[Entry, ...] = ()
    attempts: tuple[dict[str, Any], ...] = ()
    links: tuple[tuple[UUID, UUID], ...] = ()
    contacts: tuple[dict[str, Any], ...] = ()
    versions: tuple[Version, ...] = ()


SNAPSHOT: TypeAdapter[Snapshot] = TypeAdapter(Snapshot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Something to tell about an incident. With a `person` the mail addresses and numbers among
    `targets` are theirs; `step` is the step of the escalation.
    """

    incident_id: UUID
    notice: Notice
    targets: Sequence[Target]
    person: str = ""
    step: int = 0


@dataclass(slots=True)
class Flight:
    """A call on its way; `task` ends with its attempts."""

    call: Call
    task: "asyncio.Task[list[Attempt]]"


@dataclass(slots=True)
class IncidentMemory:
    """The working copy; PostgreSQL is the authority whenever it can be asked. `unsaved` entries and
    `links` (alert → incident) are in no database yet. One a watcher, made by `openchair/watch/`.
    """

    is_loaded: bool = False
    watched: dict[UUID, Watched] = field(default_factory=dict)
    unsaved: list[Entry] = field(default_factory=list)
    unsaved_attempts: list[Row] = field(default_factory=list)
    links: dict[UUID, UUID] = field(default_factory=dict)
    contacts: tuple[dict[str, Any], ...] = ()
    versions: tuple[Version, ...] = ()
    flights: list[Flight] = field(default_factory=list)
    acts_until: datetime | None = None
    acts_heard: dict[UUID, None] = field(default_factory=dict)
    written: bytes = b""

    def put(self, watched: Watched) -> None:
        """Take an incident as it is now."""
        self.watched[watched.incident.id] = watched

    def open_ones(self) -> list[Watched]:
        """Those that are not closed, the worst first, then the oldest."""
        found = [each for each in self.watched.values() if each.incident.is_open]
        return sorted(found, key=lambda each: (each.incident.severity, each.incident.started_at))

    def snapshot(self) -> Snapshot:
        """What to write down now."""
        return Snapshot(
            watched=tuple(self.watched.values()),
            entries=tuple(self.unsaved),
            attempts=tuple(self.unsaved_attempts),
            links=tuple(self.links.items()),
            contacts=self.contacts,
            versions=self.versions,
        )

    def restore(self, found: Snapshot) -> None:
        """Begin from what an earlier watcher wrote down."""
        self.watched = {each.incident.id: each for each in found.watched}
        self.unsaved = list(found.entries)
        self.unsaved_attempts = list(found.attempts)
        self.links = dict(found.links)
        self.contacts, self.versions = found.contacts, found.versions

    def bound(self) -> None:
        """Keep what grows while the database is away within its limits; the oldest lines go."""
        del self.unsaved[: max(0, len(self.unsaved) - MOST_UNSAVED)]
        del self.unsaved_attempts[: max(0, len(self.unsaved_attempts) - MOST_UNSAVED)]
        self.versions = self.versions[-MOST_VERSIONS:]
        while len(self.acts_heard) > MOST_ACTS_HEARD:
            self.acts_heard.pop(next(iter(self.acts_heard)))
