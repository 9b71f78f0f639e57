"""Reads incidents: lists, one with its timeline, those that are open. For commands, the operations
console, the status page and reports.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.models import AlertRow
from openchair.operations.alerts.store import alert_of
from openchair.operations.incidents.incident import ROLES, Entry, Incident, Role, RoleName
from openchair.operations.incidents.models import IncidentEntryRow, IncidentRoleRow, IncidentRow
from openchair.platform.errors import Invalid, NotFound

MOST_OPEN, MOST_LISTED, MOST_ENTRIES, MOST_ALERTS = 50, 200, 500, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDetail:
    """One incident with who does what and the first page of its timeline, the oldest line first."""

    incident: Incident
    roles: tuple[Role, ...]
    entries: tuple[Entry, ...]
    alerts: tuple[Alert, ...]


async def open_incidents(session: AsyncSession, *, only_public: bool = False) -> list[Incident]:
    """All that are open, the worst first, among equals the oldest; at most fifty."""
    wanted = select(IncidentRow).where(IncidentRow.phase != "closed")
    if only_public:
        wanted = wanted.where(IncidentRow.is_public)
    rows = await session.scalars(
        wanted.order_by(IncidentRow.severity, IncidentRow.started_at).limit(MOST_OPEN)
    )
    return [view(row) for row in rows]


async def list_incidents(
    session: AsyncSession,
    *,
    before: int | None = None,
    since: datetime | None = None,
    only_open: bool = False,
    only_public: bool = False,
    limit: int = 50,
) -> list[Incident]:
    """The newest numbers first, those below `before`; `since` leaves out what began earlier."""
    wanted = select(IncidentRow)
    if before is not None:
        wanted = wanted.where(IncidentRow.number < before)
    if since is not None:
        wanted = wanted.where(IncidentRow.started_at >= since)
    if only_open:
        wanted = wanted.where(IncidentRow.phase != "closed")
    if only_public:
        wanted = wanted.where(IncidentRow.is_public)
    rows = await session.scalars(
        wanted.order_by(IncidentRow.number.desc()).limit(max(1, min(limit, MOST_LISTED)))
    )
    return [view(row) for row in rows]


async def get_incident(session: AsyncSession, *, number: int) -> Incident:
    """The incident with that number. Raises `NotFound`."""
    return view(await _row(session, number=number))


async def detail_of(
    session: AsyncSession, *, number: int, only_public: bool = False
) -> IncidentDetail:
    """An incident with everything a page about it shows. Raises `NotFound`."""
    incident = await get_incident(session, number=number)
    return IncidentDetail(
        incident=incident,
        roles=await roles_of(session, incident_id=incident.id),
        entries=await entries_of(session, incident_id=incident.id, only_public=only_public),
        alerts=await alerts_of(session, incident_id=incident.id),
    )


async def the_one(session: AsyncSession, *, number: int | None) -> Incident:
    """The incident of that number, or the only one that is open. Raises `NotFound` when there is
    none, `Invalid` when several are open.
    """
    if number is not None:
        return await get_incident(session, number=number)
    found = await open_incidents(session)
    if not found:
        raise NotFound("There is no open incident. openchair incidents list shows those of before.")
    if len(found) > 1:
        names = ", ".join(f"{each.number}: {each.title}" for each in found[:5])
        raise Invalid(
            f"Several incidents are open; please say which by --incident N ({names}).",
            field="incident",
        )
    return found[0]


async def entries_of(
    session: AsyncSession,
    *,
    incident_id: UUID,
    only_public: bool = False,
    after: tuple[datetime, UUID] | None = None,
    limit: int = MOST_ENTRIES,
) -> tuple[Entry, ...]:
    """Its timeline by time, the oldest first, after the moment and id of the last line seen."""
    wanted = select(IncidentEntryRow).where(IncidentEntryRow.incident_id == incident_id)
    if only_public:
        wanted = wanted.where(IncidentEntryRow.is_public)
    if after is not None:
        at, identifier = after
        wanted = wanted.where(
            (IncidentEntryRow.at > at)
            | ((IncidentEntryRow.at == at) & (IncidentEntryRow.id > identifier))
        )
    rows = await session.scalars(
        wanted.order_by(IncidentEntryRow.at, IncidentEntryRow.id).limit(
            max(1, min(limit, MOST_ENTRIES))
        )
    )
    return tuple(_entry(row) for row in rows)


async def roles_of(session: AsyncSession, *, incident_id: UUID) -> tuple[Role, ...]:
    """Who does what in it."""
    rows = await session.scalars(
        select(IncidentRoleRow)
        .where(IncidentRoleRow.incident_id == incident_id)
        .order_by(IncidentRoleRow.role)
        .limit(20)
    )
    return tuple(
        Role(role=_known(row.role), name=row.name, contact_id=row.contact_id, since=row.since)
        for row in rows
    )


async def alerts_of(session: AsyncSession, *, incident_id: UUID) -> tuple[Alert, ...]:
    """The alerts that belong to it, the first first."""
    rows = await session.execute(
        select(AlertRow.__table__)
        .where(AlertRow.incident_id == incident_id)
        .order_by(AlertRow.started_at, AlertRow.id)
        .limit(MOST_ALERTS)
    )
    return tuple(alert_of(row) for row in rows.mappings())


async def lock_incident(session: AsyncSession, *, number: int) -> IncidentRow:
    """The row behind `get_incident`, for the verbs of this room. Raises `NotFound`."""
    return await _row(session, number=number, locked=True)


def view(row: IncidentRow) -> Incident:
    """The row as readers see it."""
    values: dict[str, Any] = {each.name: getattr(row, each.name) for each in fields(Incident)}
    return Incident(**{**values, "components": tuple(row.components)})


async def _row(session: AsyncSession, *, number: int, locked: bool = False) -> IncidentRow:
    wanted = select(IncidentRow).where(IncidentRow.number == number)
    found = await session.scalar(wanted.with_for_update() if locked else wanted)
    if found is None:
        raise NotFound(f"There is no incident {number}. openchair incidents list shows them.")
    return found


def _known(role: str) -> RoleName:
    return next(each for each in ROLES if each == role)


def _entry(row: IncidentEntryRow) -> Entry:
    values: dict[str, Any] = {each.name: getattr(row, each.name) for each in fields(Entry)}
    return Entry(**values)
