"""Reads and writes of the watcher's step on PostgreSQL. Writes are idempotent: what was written
down beside a dead database is handed over again by a watcher that died in between.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.queries import NumberedAct, acts_since
from openchair.identity.audit.record import SYSTEM, record
from openchair.operations.alerts.models import AlertRow
from openchair.operations.incidents.incident import Incident
from openchair.operations.incidents.models import IncidentRoleRow, IncidentRow
from openchair.operations.incidents.queries import open_incidents
from openchair.operations.incidents.severity import shown
from openchair.operations.incidents.watched import MOST_LINKED, MOST_WATCHED, Linked, Watched

ACTS_THAT_MATTER = (
    "runbook",
    "release",
    "environment",
    "database",
    "database_session",
    "ip_address",
    "alert_silence",
    "status_page",
)
"""Kinds of acts in the audit log that belong into the timeline of an incident under way."""
MOST_ACTS = 100


async def read_watched(session: AsyncSession) -> list[Watched]:
    """Every open incident with its alerts, as the database knows them."""
    found = await open_incidents(session)
    rows = await session.execute(
        select(
            AlertRow.id,
            AlertRow.name,
            AlertRow.component,
            AlertRow.fired_at,
            AlertRow.started_at,
            AlertRow.resolved_at,
            AlertRow.acknowledged_at,
            AlertRow.incident_id,
        )
        .where(AlertRow.incident_id.in_([each.id for each in found]))
        .order_by(AlertRow.started_at)
        .limit(MOST_LINKED * MOST_WATCHED)
    )
    linked: dict[UUID, list[Linked]] = {each.id: [] for each in found}
    for row in rows:
        linked[row.incident_id].append(
            Linked(
                id=row.id,
                name=row.name,
                component=row.component,
                fired_at=row.fired_at or row.started_at,
                resolved_at=row.resolved_at,
                acknowledged_at=row.acknowledged_at,
            )
        )
    return [
        Watched(incident=each, base=each, alerts=tuple(linked[each.id][:MOST_LINKED]))
        for each in found
    ]


async def read_acts(session: AsyncSession, *, since: datetime) -> list[NumberedAct]:
    """What operators did since then that matters to an incident, the first first."""
    return await acts_since(session, resource_types=ACTS_THAT_MATTER, since=since, limit=MOST_ACTS)


async def write_watched(session: AsyncSession, watched: Watched) -> int:
    """An incident that is new to the database, or what became different of one that is there; of
    one that somebody has closed meanwhile nothing. Answers its number.
    """
    if watched.base is None:
        return await _insert(session, watched)
    changed = differences(watched.base, watched.incident)
    if not changed:
        return watched.base.number
    await session.execute(
        update(IncidentRow)
        .where(IncidentRow.id == watched.incident.id, IncidentRow.phase != "closed")
        .values(**changed)
    )
    if watched.incident.phase == "closed":
        await _audit(session, "close", watched.incident)
    return watched.base.number


async def write_links(session: AsyncSession, links: Mapping[UUID, UUID]) -> set[UUID]:
    """Alerts belong to incidents now, unless somebody put them elsewhere. Answers those that are in
    the database.
    """
    if not links:
        return set()
    pairs = {"alerts": list(links), "incidents": list(links.values())}
    return set((await session.execute(LINK, pairs)).scalars())


def differences(before: Incident, after: Incident) -> dict[str, Any]:
    """The columns that are another now; never the number, which is the database's."""
    changed = {
        each.name: getattr(after, each.name)
        for each in fields(Incident)
        if each.name not in {"id", "number"}
        and getattr(before, each.name) != getattr(after, each.name)
    }
    if "components" in changed:
        changed["components"] = list(changed["components"])
    return changed


async def _insert(session: AsyncSession, watched: Watched) -> int:
    incident = watched.incident
    values = {
        each.name: getattr(incident, each.name)
        for each in fields(Incident)
        if each.name != "number"
    }
    written = await session.scalar(
        insert(IncidentRow)
        .values({**values, "components": list(incident.components)})
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(IncidentRow.number)
    )
    if written is None:  # handed over before, by a watcher that died then
        numbered = select(IncidentRow.number).where(IncidentRow.id == incident.id)
        return int((await session.execute(numbered)).scalar_one())
    if watched.commander is not None:
        await session.execute(
            insert(IncidentRoleRow)
            .values(
                incident_id=incident.id,
                role="commander",
                name=watched.commander.name,
                contact_id=watched.commander.contact_id,
                since=incident.detected_at,
            )
            .on_conflict_do_nothing()
        )
    await _audit(session, "open", incident)
    return int(written)


async def _audit(session: AsyncSession, action: str, incident: Incident) -> None:
    await record(
        session,
        actor=SYSTEM,
        action=action,
        resource_type="incident",
        resource_id=incident.id,
        salon_id=None,
        metadata={
            "title": incident.title,
            "severity": shown(incident.severity),
            "scenario": incident.scenario,
            "author": incident.opened_by,
        },
    )


LINK = text("""
    UPDATE alerts SET incident_id = coalesce(alerts.incident_id, given.incident)
    FROM unnest(CAST(:alerts AS uuid[]), CAST(:incidents AS uuid[])) AS given(alert, incident)
    WHERE alerts.id = given.alert
    RETURNING alerts.id
""")
