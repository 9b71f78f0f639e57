"""The phases of an incident and which may follow which; takes it on, moves it, changes how bad it
is. For commands and pages. Closing and reopening are `close.py`.

detection ─► triage ─► investigation ⇄ recovery ─► closed
    └──────────┴─────────────┴──(close)──────────────▲
Source of the phases: the operator's runbook, "General Incident Response Process".
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.operations.incidents.clocks import UPDATE_EVERY
from openchair.operations.incidents.incident import (
    PHASES,
    Incident,
    Phase,
    checked_words,
    new_entry,
)
from openchair.operations.incidents.models import IncidentRow
from openchair.operations.incidents.queries import lock_incident, roles_of, view
from openchair.operations.incidents.roles import put_role
from openchair.operations.incidents.severity import WORDS, shown
from openchair.operations.incidents.timeline import enter
from openchair.platform.errors import Conflict, Invalid

MAY_FOLLOW: Mapping[Phase, tuple[Phase, ...]] = {
    "detection": ("triage", "investigation", "recovery"),
    "triage": ("investigation", "recovery"),
    "investigation": ("triage", "recovery"),
    "recovery": ("investigation",),
    "closed": (),
}
"""Without closing, which is possible from every phase and asks how it was resolved."""


async def acknowledge(
    session: AsyncSession, *, number: int, author: str, by: Actor, now: datetime
) -> Incident:
    """Take it on: the response clock stops, nobody is called next, and who said so is commander if
    nobody was. A second time changes nothing. Raises `NotFound`, and `Conflict` when it is closed.
    """
    row = await lock_incident(session, number=number)
    must_be_open(row)
    if row.acknowledged_at is not None:
        return view(row)
    row.acknowledged_at = now
    if row.phase == "detection":
        row.phase = "triage"
    await session.flush()
    entry = new_entry(row.id, "acknowledged", f"{author} takes it on.", at=now, author=author)
    await enter(session, entries=[entry])
    if not await has_commander(session, row):
        await put_role(session, row, role="commander", name=author, author=author, now=now)
    await written(session, "acknowledge", row, author=author, by=by)
    return view(row)


async def move(
    session: AsyncSession, *, number: int, phase: str, author: str, by: Actor, now: datetime
) -> Incident:
    """To another phase. Going back from recovery means that it is not over. Raises `NotFound`,
    `Invalid` for what is no phase, `Conflict` for one that may not follow.
    """
    row = await lock_incident(session, number=number)
    must_be_open(row)
    before, after = checked_phase(row.phase), checked_phase(phase)
    if before == after:
        return view(row)
    if after == "closed":
        raise Conflict("To close it, say how it was resolved: openchair incidents close.")
    if after not in MAY_FOLLOW[before]:
        ways = ", ".join(MAY_FOLLOW[before])
        raise Conflict(f"After {before} comes {ways}, not {after}.")
    row.phase = after
    row.resolved_at = (row.resolved_at or now) if after == "recovery" else None
    row.acknowledged_at = row.acknowledged_at or now
    if before == "recovery":
        row.update_due_at, row.reminded_at = now + UPDATE_EVERY, None
    await session.flush()
    words = f"{before} → {after}."
    await enter(session, entries=[new_entry(row.id, "phase", words, at=now, author=author)])
    await written(session, "move", row, author=author, by=by, before=before, after=after)
    return view(row)


async def change_severity(
    session: AsyncSession,
    *,
    number: int,
    severity: int,
    reason: str,
    author: str,
    by: Actor,
    now: datetime,
) -> Incident:
    """It is worse or better than was thought; the clocks go by the new one from its start. Raises
    `NotFound`, `Invalid`, and `Conflict` when it is closed.
    """
    row = await lock_incident(session, number=number)
    must_be_open(row)
    if severity not in WORDS:
        raise Invalid("A severity is SEV-0 to SEV-4.", field="severity")
    reason = checked_words(reason, field="reason")
    if row.severity == severity:
        return view(row)
    before, row.severity = row.severity, severity
    await session.flush()
    words = f"{shown(before)} → {shown(severity)}: {reason}"
    await enter(session, entries=[new_entry(row.id, "severity", words, at=now, author=author)])
    after = shown(severity)
    await written(session, "change", row, author=author, by=by, before=shown(before), after=after)
    return view(row)


def checked_phase(given: str) -> Phase:
    """One of the five. Raises `Invalid`."""
    wanted = given.strip().lower()
    for each in PHASES:
        if each == wanted:
            return each
    raise Invalid(f"A phase is one of {', '.join(PHASES)}.", field="phase")


def must_be_open(row: IncidentRow) -> None:
    """Raise `Conflict` for a closed one."""
    if row.phase == "closed":
        raise Conflict(
            f"Incident {row.number} is closed. openchair incidents reopen {row.number} opens it"
            " again."
        )


async def has_commander(session: AsyncSession, row: IncidentRow) -> bool:
    """Whether somebody leads it."""
    return any(each.role == "commander" for each in await roles_of(session, incident_id=row.id))


async def written(
    session: AsyncSession, action: str, row: IncidentRow, *, author: str, by: Actor, **more: str
) -> None:
    """Into the audit log; for the verbs of this room."""
    await record(
        session,
        actor=by,
        action=action,
        resource_type="incident",
        resource_id=row.id,
        salon_id=None,
        metadata={"number": row.number, "author": author, **more},
    )
