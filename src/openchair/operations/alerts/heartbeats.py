"""Whoever has to be heard from: declared, heard, forgotten. Verbs for the doors; the watcher tells
when one falls silent.
"""

from dataclasses import fields
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.operations.alerts.heartbeat import Heartbeat
from openchair.operations.alerts.names import checked_name
from openchair.operations.alerts.severity import read_severity
from openchair.operations.alerts.store import MOST_HEARTBEATS, read_heartbeats
from openchair.platform.errors import Conflict, Invalid, NotFound

LEAST, LONGEST = timedelta(seconds=10), timedelta(days=31)
_NAMES = [each.name for each in fields(Heartbeat) if each.name != "is_late"]


async def declare_heartbeat(
    session: AsyncSession,
    *,
    name: str,
    every: timedelta,
    grace: timedelta,
    severity: str,
    by: Actor,
) -> None:
    """Expect it from now on, or change what is expected.

    Raises `Invalid` for a name, a time or a severity out of bounds, `Conflict` for too many.
    """
    if not LEAST <= every <= LONGEST:
        raise Invalid("It is heard every 10 seconds to 31 days.", field="every")
    if not timedelta() <= grace <= LONGEST:
        raise Invalid("The grace is at most 31 days.", field="grace")
    values = {
        "name": checked_name(name),
        "every": int(every.total_seconds()),
        "grace": int(grace.total_seconds()),
        "severity": read_severity(severity),
        "most": MOST_HEARTBEATS,
    }
    if (await session.execute(DECLARE, values)).scalar_one_or_none() is None:
        raise Conflict("There are too many heartbeats; please remove one.")
    told = {key: values[key] for key in ("every", "grace", "severity")}
    await _audit(session, "heartbeat.declare", name, by=by, **told)


async def beat(session: AsyncSession, *, name: str) -> Heartbeat:
    """It was heard, by the database's clock. Raises `NotFound` for one that nobody declared."""
    row = (await session.execute(BEAT, {"name": name})).mappings().one_or_none()
    if row is None:
        raise _unknown(name)
    return Heartbeat(**row, is_late=False)


async def remove_heartbeat(session: AsyncSession, *, name: str, by: Actor) -> None:
    """Expect it no more. Raises `NotFound`."""
    gone = await session.execute(REMOVE, {"name": name})
    if gone.scalar_one_or_none() is None:
        raise _unknown(name)
    await _audit(session, "heartbeat.remove", name, by=by)


async def list_heartbeats(session: AsyncSession) -> list[Heartbeat]:
    """All of them by name, at most two hundred."""
    return [*await read_heartbeats(session)]


def _unknown(name: str) -> NotFound:
    return NotFound(
        f"Nobody expects a heartbeat named {name[:80]}. Declare it with: openchair alerts"
        " heartbeats declare",
        code="heartbeat_not_known",
    )


async def _audit(
    session: AsyncSession, action: str, name: str, *, by: Actor, **values: object
) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="heartbeat",
        resource_id=name,
        salon_id=None,
        metadata=values,
    )


DECLARE = text("""
    INSERT INTO heartbeats (name, every_seconds, grace_seconds, severity, heard_at)
    SELECT :name, :every, :grace, :severity, now()
    WHERE (SELECT count(*) FROM heartbeats) < :most
        OR EXISTS (SELECT FROM heartbeats WHERE name = :name)
    ON CONFLICT (name) DO UPDATE SET every_seconds = excluded.every_seconds,
        grace_seconds = excluded.grace_seconds, severity = excluded.severity
    RETURNING name
""")
BEAT = text(f"""
    UPDATE heartbeats SET heard_at = now() WHERE name = :name RETURNING {", ".join(_NAMES)}
""")  # noqa: S608 - the names are this module's own
REMOVE = text("DELETE FROM heartbeats WHERE name = :name RETURNING name")
