"""Closes an incident, which says how it was resolved, and opens it again when that was too early.
For commands and pages; `watch.py` closes what was quiet for an hour.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor
from openchair.operations.incidents.clocks import UPDATE_EVERY
from openchair.operations.incidents.incident import Incident, checked_words, new_entry
from openchair.operations.incidents.phases import must_be_open, written
from openchair.operations.incidents.queries import lock_incident, view
from openchair.operations.incidents.timeline import enter
from openchair.platform.errors import Conflict


async def close_incident(
    session: AsyncSession,
    *,
    number: int,
    resolution: str,
    author: str,
    by: Actor,
    now: datetime,
) -> Incident:
    """It is over, and this is how. Its end is when its alerts ended, where they did, else now.
    Raises `NotFound`, `Invalid`, and `Conflict` when it is closed already.
    """
    row = await lock_incident(session, number=number)
    must_be_open(row)
    row.resolution = checked_words(resolution, field="resolution")
    row.phase = "closed"
    row.resolved_at, row.closed_at = row.resolved_at or now, now
    row.acknowledged_at = row.acknowledged_at or now
    row.update_due_at = None
    await session.flush()
    entry = new_entry(
        row.id,
        "closed",
        f"Resolved: {row.resolution}",
        at=now,
        author=author,
        is_public=row.is_public,
    )
    await enter(session, entries=[entry])
    await written(session, "close", row, author=author, by=by, resolution=row.resolution)
    return view(row)


async def reopen_incident(
    session: AsyncSession,
    *,
    number: int,
    reason: str,
    author: str,
    by: Actor,
    now: datetime,
) -> Incident:
    """It was not over: back to investigation, with the clocks of its beginning. Raises `NotFound`,
    `Invalid`, and `Conflict` when it is open.
    """
    row = await lock_incident(session, number=number)
    if row.phase != "closed":
        raise Conflict(f"Incident {number} is open.")
    reason = checked_words(reason, field="reason")
    row.phase = "investigation"
    row.resolved_at = row.closed_at = row.resolution = None
    row.update_due_at, row.reminded_at = now + UPDATE_EVERY, None
    await session.flush()
    entry = new_entry(
        row.id, "reopened", f"Opened again: {reason}", at=now, author=author, is_public=False
    )
    await enter(session, entries=[entry])
    await written(session, "reopen", row, author=author, by=by, reason=reason)
    return view(row)
