"""What the watcher knows of alerts between two looks, and the snapshot of it that outlives a death:
a file of the watcher's folder, and a row of the database. Bounded in every part.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import TypeAdapter

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.heartbeat import Heartbeat
from openchair.operations.alerts.notice import Attempt
from openchair.operations.alerts.plan import Planned
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.signals import Rates
from openchair.operations.alerts.silence import Silence
from openchair.operations.alerts.spool import Row
from openchair.operations.alerts.state import FLAP_WINDOW, Lately
from openchair.operations.alerts.storm import Weather

MOST_OPEN = 500
"""Alerts of events that are kept in mind; beside them those of conditions and heartbeats."""

MOST_READ = 1200
MOST_LATELY = 1000
MOST_SEEN_IDS = 20_000
KEPT_IDS = 500
ABSENT = timedelta(minutes=1)
REMEMBERED = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A notice that is about to be told: written down before, so that a death in between shows."""

    notice_id: UUID
    fingerprints: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A row of `alert_rules`: an operator's own rule, or what was changed of a built-in one."""

    name: str
    condition: str
    duration_seconds: int
    severity: str
    component: str
    is_enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that has to outlive the watcher. In the database `alerts` is left to its own table."""

    saved_at: datetime
    writer: str
    alerts: tuple[Alert, ...] = ()
    ending: tuple[Alert, ...] = ()
    lately: Mapping[str, Lately] = field(default_factory=dict)
    weather: Weather = field(default_factory=Weather)
    cursor: datetime | None = None
    seen_ids: tuple[UUID, ...] = ()
    rates: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    intents: tuple[Intent, ...] = ()
    definitions: tuple[Definition, ...] = ()
    silences: tuple[Silence, ...] = ()


SNAPSHOT: TypeAdapter[Snapshot] = TypeAdapter(Snapshot)


@dataclass(slots=True)
class Flight:
    """A notice on its way; `task` ends with its attempts. Without a task it has not left yet."""

    planned: Planned
    task: "asyncio.Task[list[Attempt]] | None" = None


@dataclass(slots=True)
class AlertMemory:
    """The working copy; PostgreSQL is the authority whenever it can be asked. `unsaved` are alerts,
    attempts that are in no database yet; `ending` are over, but nobody was told yet. One a
    watcher, made by `watch/`.
    """

    is_loaded: bool = False
    looked_at: datetime | None = None
    alerts: dict[str, Alert] = field(default_factory=dict)
    lately: dict[str, Lately] = field(default_factory=dict)
    weather: Weather = field(default_factory=Weather)
    cursor: datetime | None = None
    seen_ids: dict[UUID, None] = field(default_factory=dict)
    rates: Rates = field(default_factory=Rates)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    definitions: tuple[Definition, ...] = ()
    silences: tuple[Silence, ...] = ()
    heartbeats: tuple[Heartbeat, ...] = ()
    ending: dict[str, Alert] = field(default_factory=dict)
    flights: list[Flight] = field(default_factory=list)
    perhaps_told: set[str] = field(default_factory=set)
    failures: int = 0
    rests_until: datetime | None = None
    unsaved: dict[UUID, Alert] = field(default_factory=dict)
    unsaved_attempts: list[Row] = field(default_factory=list)
    warned: list[Silence] = field(default_factory=list)
    written: bytes = b""

    def put(self, alert: Alert) -> None:
        """Take an alert as it is now; what is over is only remembered for a while."""
        self.unsaved[alert.id] = alert
        self.ending.pop(alert.fingerprint, None)
        if alert.status == "resolved":
            self.alerts.pop(alert.fingerprint, None)
            self.remember(alert)
        else:
            self.alerts[alert.fingerprint] = alert

    def remember(self, alert: Alert) -> None:
        """Keep what the next alert of this fingerprint has to know."""
        self.lately.pop(alert.fingerprint, None)
        self.lately[alert.fingerprint] = Lately(
            ended_at=alert.resolved_at or alert.seen_at,
            told_at=alert.told_at,
            held_back=alert.held_back,
            changes=alert.changes,
        )
        while len(self.lately) > MOST_LATELY:
            self.lately.pop(next(iter(self.lately)))

    def forget_old(self, *, now: datetime, throttle: timedelta) -> None:
        """Let go of what no longer matters to any decision."""
        keep = max(FLAP_WINDOW, throttle)
        old = [key for key, each in self.lately.items() if now - each.ended_at > keep]
        for key in old:
            del self.lately[key]
        for key in [key for key, each in self.ending.items() if _is_old_news(each, now)]:
            del self.ending[key]
        while len(self.seen_ids) > MOST_SEEN_IDS:
            self.seen_ids.pop(next(iter(self.seen_ids)))

    def was_elsewhere(self, *, now: datetime, every: float) -> bool:
        """Whether we missed so many looks that another watcher may have told meanwhile."""
        gap = max(ABSENT, timedelta(seconds=3 * every))
        return self.looked_at is not None and now - self.looked_at > gap

    def forget_all(self) -> None:
        """Begin anew with what is written down; what is on its way stays on its way."""
        self.alerts.clear()
        self.ending.clear()
        self.lately.clear()
        self.unsaved.clear()
        self.cursor, self.is_loaded, self.written = None, False, b""

    def take_rules(self, rules: Mapping[str, Rule], definitions: tuple[Definition, ...]) -> None:
        """What holds from now on."""
        self.rules, self.definitions = rules, definitions

    def storm_told(self) -> frozenset[str] | None:
        """The names on the storm's page, also one that leaves now; None without a storm."""
        if not self.weather.is_storm:
            return None
        names = self.weather.names_told or [each.kind.name for each in self.weather.held]
        return frozenset(names)

    def in_flight(self) -> set[str]:
        """Fingerprints of what is being told right now."""
        return {each for flight in self.flights for each in flight.planned.fingerprints}

    def snapshot(self, *, now: datetime, writer: str, with_alerts: bool) -> Snapshot:
        """What to write down now."""
        return Snapshot(
            saved_at=now,
            writer=writer,
            alerts=tuple(self.alerts.values()) if with_alerts else (),
            ending=tuple(self.ending.values()) if with_alerts else (),
            lately=self.lately if with_alerts else {},
            weather=self.weather,
            cursor=self.cursor,
            seen_ids=tuple(self.seen_ids)[-KEPT_IDS:],
            rates={name: tuple(each) for name, each in self.rates.moments.items()},
            intents=tuple(
                Intent(
                    notice_id=each.planned.notice.id,
                    fingerprints=each.planned.fingerprints,
                    at=each.planned.notice.at,
                )
                for each in self.flights
            ),
            definitions=self.definitions if with_alerts else (),
            silences=self.silences if with_alerts else (),
        )

    def restore(self, found: Snapshot) -> None:
        """Begin from what an earlier watcher wrote down; of two the one that heard more counts.
        What it was telling may have arrived.
        """
        self.perhaps_told |= {key for each in found.intents for key in each.fingerprints}
        self.definitions = self.definitions or found.definitions
        self.silences = found.silences or self.silences
        if self.cursor is not None and (found.cursor is None or found.cursor < self.cursor):
            return
        self.weather, self.cursor = found.weather, found.cursor
        self.seen_ids = dict.fromkeys(found.seen_ids)
        self.rates = Rates({name: list(each) for name, each in found.rates.items()})


def _is_old_news(alert: Alert, now: datetime) -> bool:
    """Who could not be told of an end for a day will have seen it."""
    return alert.resolved_at is None or now - alert.resolved_at > REMEMBERED
