"""A watcher's looks at incidents, one by one: alerts as a test says, contacts, receivers that write
down who was called and can be dead; on a real database that can be away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from openchair.operations.alerts import store
from openchair.operations.alerts.alert import Alert, fingerprint_of
from openchair.operations.alerts.notice import Attempt, Channel, Notice, Target
from openchair.operations.alerts.watch import TickResult
from openchair.operations.health.context import WatchContext
from openchair.operations.incidents.calls import Reach
from openchair.operations.incidents.incident import Incident
from openchair.operations.incidents.queries import entries_of, list_incidents
from openchair.operations.incidents.watch import IncidentTick, tick
from openchair.operations.incidents.watched import IncidentMemory
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id

TEN_PAST_THREE = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
COMMON: tuple[Channel, ...] = ("webhook", "slack")


def alert(name: str, *, at: datetime = TEN_PAST_THREE, **more: Any) -> Alert:
    """An alert that fires since `at`."""
    severity = more.pop("severity", "critical")
    component = more.pop("component", "database")
    return Alert(
        id=new_id(),
        fingerprint=fingerprint_of(
            title=name, component=component, action="", severity=str(severity)
        ),
        name=name,
        component=component,
        severity=severity,
        status="firing",
        title=f"{name}: {component}",
        summary=f"{name} holds.",
        started_at=at,
        fired_at=at,
        seen_at=at,
        **more,
    )


@dataclass
class Phones:
    """The other ends: who was told what, by address."""

    heard: list[tuple[str, str, str]] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)

    def everywhere(self) -> list[Target]:
        return [Target(channel=each, address=each) for each in (*COMMON, "sms")]

    async def deliver(
        self, notice: Notice, *, targets: Sequence[Target], spare: Sequence[Target] | None = None
    ) -> list[Attempt]:
        assert notice.facts is not None
        assert not spare, "nobody stands in for a person; others have their own order"
        found = []
        for target in targets:
            lost = target.address in self.dead
            if not lost:
                self.heard.append((target.channel, target.address, notice.facts.heading))
            found.append(
                Attempt(
                    id=new_id(),
                    notice_id=notice.id,
                    kind=notice.kind,
                    severity=notice.severity,
                    title=notice.title,
                    channel=target.channel,
                    target=target.address,
                    outcome="failed" if lost else "sent",
                    duration_ms=1,
                    at=notice.at,
                    alert_ids=(),
                    error="refused" if lost else None,
                )
            )
        return found

    def called(self) -> list[str]:
        """The personal addresses that were called since, in order; forgets all."""
        found = [address for _, address, what in self.heard if what == "Escalation"]
        self.heard.clear()
        return [each for each in found if each not in COMMON]

    def reminded(self) -> int:
        """How many reminders Slack got since; forgets them."""
        found = [each for each in self.heard if each[1:] == ("slack", "Status Update Due")]
        self.heard = [each for each in self.heard if each[2] != "Status Update Due"]
        return len(found)


@dataclass
class Scene:
    """One watcher's step."""

    database: Database
    folder: Path
    memory: IncidentMemory = field(default_factory=IncidentMemory)
    phones: Phones = field(default_factory=Phones)
    now: datetime = TEN_PAST_THREE
    is_database_alive: bool = True
    firing: dict[Any, Alert] = field(default_factory=dict)

    async def look(
        self,
        *fires: Alert,
        over: Sequence[Alert] = (),
        attempts: Sequence[Attempt] = (),
        after: timedelta = timedelta(seconds=15),
    ) -> IncidentTick:
        """One look, some time later: these alerts begin to fire, those are over."""
        self.now += after
        for each in fires:
            self.firing[each.id] = each
        resolved = []
        for each in over:
            self.firing.pop(each.id)
            resolved.append(replace(each, status="resolved", resolved_at=self.now))
        if self.is_database_alive:
            await self._adopt()
            async with self.database.transaction() as session:
                rows = [store.row_of(each) for each in (*self.firing.values(), *resolved)]
                await store.write_alerts(session, rows)
        result = TickResult(
            fired=fires,
            resolved=resolved,
            open_alerts=tuple(self.firing.values()),
            notices=(),
            attempts=tuple(attempts),
            is_storm=False,
        )
        return await tick(
            self.context(),
            alerts=result,
            memory=self.memory,
            reach=Reach(deliver=self.phones.deliver, all_targets=self.phones.everywhere),
        )

    async def _adopt(self) -> None:
        """As the alerting does: which incident an alert belongs to is read anew at each look."""
        for key, incident in await self.run("SELECT id, incident_id FROM alerts"):
            if key in self.firing:
                found = UUID(str(incident)) if incident else None
                self.firing[key] = replace(self.firing[key], incident_id=found)

    def context(self) -> WatchContext:
        return WatchContext(
            database=self.database,
            database_alive=self.is_database_alive,
            now=self.now,
            every=15.0,
            folder=self.folder,
        )

    def acknowledge(self, given: Alert, *, who: str) -> None:
        """Somebody took the alert on."""
        self.firing[given.id] = replace(
            self.firing[given.id], acknowledged_by=who, acknowledged_at=self.now
        )

    def restart(self) -> None:
        """The process is another one now: all it knows is what it wrote down."""
        self.memory = IncidentMemory()

    async def incidents(self) -> list[Incident]:
        """All in the database, the first first."""
        async with self.database.transaction() as session:
            return (await list_incidents(session))[::-1]

    async def lines(self, incident: Incident) -> list[tuple[str, str]]:
        """Kind and words of its timeline."""
        async with self.database.transaction() as session:
            found = await entries_of(session, incident_id=incident.id)
        return [(each.kind, each.words) for each in found]

    async def contact(self, name: str, *, tier: str, rank: int, **addresses: Any) -> None:
        """Somebody to call; an address is confirmed unless its name begins with `unconfirmed_`."""
        email = addresses.get("email")
        phone = addresses.get("phone") or addresses.get("unconfirmed_phone")
        async with self.database.transaction() as session:
            await session.execute(
                text("""
                    INSERT INTO contacts (id, name, role, tier, rank, email, phone,
                        email_verified_at, phone_verified_at)
                    VALUES (:id, :name, 'On call', :tier, :rank, :email, :phone, :mail_at,
                        :phone_at)
                """),
                {
                    "id": new_id(),
                    "name": name,
                    "tier": tier,
                    "rank": rank,
                    "email": email,
                    "phone": phone,
                    "mail_at": self.now if email else None,
                    "phone_at": self.now if addresses.get("phone") else None,
                },
            )

    async def people(self) -> None:
        """Two technical ones, one for the business, a vendor, and one who never confirmed."""
        await self.contact("Eva", tier="business", rank=1, email="eva@example.org")
        await self.contact("Jan", tier="technical", rank=2, phone="+491710000002")
        await self.contact(
            "Marek", tier="technical", rank=1, email="marek@example.org", phone="+491710000001"
        )
        await self.contact("Nobody", tier="technical", rank=1, unconfirmed_phone="+491710000009")
        await self.contact("Host", tier="vendor", rank=1, email="support@example.org")

    async def run(self, statement: str, **values: Any) -> Any:
        """One statement, committed."""
        async with self.database.transaction() as session:
            found = await session.execute(text(statement), values)
            return found.all() if statement.startswith("SELECT") else None
