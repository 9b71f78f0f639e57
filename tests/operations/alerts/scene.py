"""A watcher whose looks a test makes one by one: its clock, its readings, and receivers that write
down what they are told and can be dead.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from openchair.operations.alerts.channels.targets import CHANNELS, ROUTES
from openchair.operations.alerts.memory import AlertMemory
from openchair.operations.alerts.notice import Attempt, Channel, Notice, Severity, Target
from openchair.operations.alerts.tell import Reach
from openchair.operations.alerts.watch import TickResult, tick
from openchair.operations.health.context import WatchContext
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from openchair.platform.probes import Reading, State

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def reading(
    name: str,
    state: State = State.HEALTHY,
    message: str = "fine",
    *,
    kind: str | None = None,
    **measures: float,
) -> Reading:
    return Reading(
        name=name,
        state=state,
        message=message,
        response_time_ms=1.0,
        at=NOON,
        details={} if kind is None else {"kind": kind},
        measures={key.replace("_", "-"): value for key, value in measures.items()},
    )


HEALTHY = (
    reading("database"),
    reading("smtp"),
    reading("workers", workers=1),
    reading("storage", storage=10.0, storage_writes=1.0),
)
DOWN = reading("database", State.ERROR, "The database refuses.", kind="refused")
FROZEN = reading("database", State.ERROR, "It did not answer.", kind="timeout")

FULL = reading("storage", State.ERROR, storage=99.0, storage_writes=1.0)
FULLER = reading("storage", State.WARNING, storage=85.0, storage_writes=1.0)


@dataclass
class Receivers:
    """The other ends of all channels."""

    heard: list[tuple[Channel, Notice]] = field(default_factory=list)
    dead: set[Channel] = field(default_factory=set)
    missing: set[Channel] = field(default_factory=set)

    def everywhere(self) -> list[Target]:
        return [Target(channel=each, address=each) for each in CHANNELS if each not in self.missing]

    def by_severity(self, severity: Severity) -> list[Target]:
        return [each for each in self.everywhere() if each.channel in ROUTES[severity]]

    async def deliver(self, notice: Notice, *, targets: Sequence[Target]) -> list[Attempt]:
        found = []
        for target in targets:
            lost = target.channel in self.dead
            if not lost:
                self.heard.append((target.channel, notice))
            found.append(
                Attempt(
                    id=new_id(),
                    notice_id=notice.id,
                    kind=notice.kind,
                    severity=notice.severity,
                    title=notice.title,
                    channel=target.channel,
                    target=target.channel,
                    outcome="failed" if lost else "sent",
                    duration_ms=1,
                    at=notice.at,
                    alert_ids=[line.alert_id for line in notice.lines],
                    held_back=sum(line.held_back for line in notice.lines),
                    error="refused" if lost else None,
                )
            )
        return found

    def reach(self) -> Reach:
        return Reach(
            deliver=self.deliver, all_targets=self.everywhere, targets_for=self.by_severity
        )

    def told(self) -> list[tuple[str, str, str]]:
        """Channel, kind and title, in order; and forget them."""
        found = [(channel, notice.kind, notice.title) for channel, notice in self.heard]
        self.heard.clear()
        return sorted(found)

    def notices(self) -> list[Notice]:
        """Each notice once."""
        return list({notice.id: notice for _, notice in self.heard}.values())


@dataclass
class Scene:
    """One watcher."""

    database: Database
    folder: Path
    memory: AlertMemory = field(default_factory=AlertMemory)
    receivers: Receivers = field(default_factory=Receivers)
    now: datetime = NOON
    is_database_alive: bool = True

    async def look(self, *readings: Reading, after: float = 15) -> TickResult:
        """One look, so many seconds later; parts that are not named are healthy."""
        self.now += timedelta(seconds=after)
        found = {each.name: each for each in (*HEALTHY, *readings)}
        return await tick(
            self.context(), readings=found, memory=self.memory, reach=self.receivers.reach()
        )

    def context(self) -> WatchContext:
        return WatchContext(
            database=self.database,
            database_alive=self.is_database_alive,
            now=self.now,
            every=15.0,
            folder=self.folder,
        )

    def restart(self) -> None:
        """The process is another one now: all it knows is what it wrote down."""
        self.memory = AlertMemory()
