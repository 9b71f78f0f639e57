"""Who does what in an incident: commander, communications, operations, scribe. For commands, pages
and `open.py`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.operations.incidents.incident import (
    ROLES,
    Incident,
    RoleName,
    checked_line,
    new_entry,
)
from openchair.operations.incidents.models import IncidentRow
from openchair.operations.incidents.queries import lock_incident, view
from openchair.operations.incidents.timeline import enter
from openchair.operations.oncall.models import ContactRow
from openchair.platform.errors import Invalid


async def assign_role(
    session: AsyncSession,
    *,
    number: int,
    role: str,
    name: str,
    author: str,
    by: Actor,
    now: datetime,
) -> Incident:
    """Give somebody a role; who had it before is relieved. Raises `NotFound` and `Invalid`."""
    row = await lock_incident(session, number=number)
    await put_role(session, row, role=checked_role(role), name=name, author=author, now=now)
    await record(
        session,
        actor=by,
        action="assign",
        resource_type="incident",
        resource_id=row.id,
        salon_id=None,
        metadata={"number": row.number, "role": role, "name": name, "author": author},
    )
    return view(row)


async def put_role(
    session: AsyncSession,
    row: IncidentRow,
    *,
    role: RoleName,
    name: str,
    author: str,
    now: datetime,
) -> None:
    """Write the role and its line of the timeline; for the verbs of this room."""
    name = checked_line(name, field="name")
    values = {
        "incident_id": row.id,
        "role": role,
        "name": name,
        "contact_id": await _contact(session, name=name),
        "since": now,
    }
    if (await session.execute(PUT, values)).scalar_one_or_none() is None:
        return
    await enter(
        session,
        entries=[new_entry(row.id, "role", f"{name} is {role} now.", at=now, author=author)],
    )


def checked_role(given: str) -> RoleName:
    """One of the four. Raises `Invalid`."""
    wanted = given.strip().lower()
    for each in ROLES:
        if each == wanted:
            return each
    raise Invalid(f"A role is one of {', '.join(ROLES)}.", field="role")


async def _contact(session: AsyncSession, *, name: str) -> UUID | None:
    """The contact of that name, where there is one."""
    return await session.scalar(
        select(ContactRow.id).where(func.lower(ContactRow.name) == name.lower()).limit(1)
    )


PUT = text("""
    INSERT INTO incident_roles (incident_id, role, name, contact_id, since)
    VALUES (:incident_id, :role, :name, :contact_id, :since)
    ON CONFLICT (incident_id, role) DO UPDATE
    SET name = excluded.name, contact_id = excluded.contact_id, since = excluded.since
    WHERE incident_roles.name <> excluded.name
    RETURNING role
""")
