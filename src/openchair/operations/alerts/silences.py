"""Silences: nobody is told of what fits until a moment. Verbs of operators, with their audit."""

from dataclasses import fields
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.operations.alerts.models import AlertSilenceRow
from openchair.operations.alerts.names import LONGEST as LONGEST_NAME
from openchair.operations.alerts.severity import read_severity
from openchair.operations.alerts.silence import Silence
from openchair.operations.alerts.store import MOST_SILENCES
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.ids import new_id

LONGEST = timedelta(days=30)
MOST_REASON = 300
MOST_AUTHOR = 100
_NAMES = [each.name for each in fields(Silence)]


async def silence(
    session: AsyncSession,
    *,
    name: str | None,
    component: str | None,
    severity: str | None,
    reason: str,
    ends_at: datetime,
    author: str,
    by: Actor,
    now: datetime,
) -> Silence:
    """Tell nobody of what fits (all that are given have to) until `ends_at`. `author` is shown.

    Raises `Invalid` without any matcher, for a reason or an end out of bounds, and `Conflict` when
    there are too many silences.
    """
    found = Silence(
        id=new_id(),
        name=_bounded(name, "name"),
        component=_bounded(component, "component"),
        severity=read_severity(severity) if severity else None,
        reason=reason.strip(),
        created_by=author[:MOST_AUTHOR],
        starts_at=now,
        ends_at=ends_at,
    )
    _check(found, now=now)
    if await _count(session) >= MOST_SILENCES:
        raise Conflict("There are too many silences; please end one.", code="too_many_silences")
    session.add(AlertSilenceRow(**{each: getattr(found, each) for each in _NAMES}))
    await session.flush()
    await _audit(session, "alert_silence.create", found, by=by)
    return found


async def unsilence(
    session: AsyncSession, *, silence_id: UUID, by: Actor, now: datetime
) -> Silence:
    """Tell of it again from now on. Raises `NotFound` when it does not hold."""
    row = (
        (
            await session.execute(
                update(AlertSilenceRow)
                .where(
                    AlertSilenceRow.id == silence_id,
                    AlertSilenceRow.ended_at.is_(None),
                    AlertSilenceRow.ends_at > now,
                )
                .values(ended_at=now)
                .returning(*(getattr(AlertSilenceRow, each) for each in _NAMES))
            )
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound("No such silence, or it has ended.", code="silence_not_found")
    found = Silence(**row)
    await _audit(session, "alert_silence.end", found, by=by)
    return found


async def list_silences(
    session: AsyncSession,
    *,
    ended: bool = False,
    before: UUID | None = None,
    limit: int = 50,
) -> list[Silence]:
    """The newest first, at most two hundred; with `ended` also those that are over. `before` is the
    id of the last one seen.
    """
    wanted = select(*(getattr(AlertSilenceRow, each) for each in _NAMES))
    if not ended:
        wanted = wanted.where(
            AlertSilenceRow.ended_at.is_(None), AlertSilenceRow.ends_at > text("now()")
        )
    if before is not None:
        wanted = wanted.where(AlertSilenceRow.id < before)
    rows = await session.execute(
        wanted.order_by(AlertSilenceRow.id.desc()).limit(min(limit, MOST_SILENCES))
    )
    return [Silence(**row) for row in rows.mappings()]


def _bounded(value: str | None, field: str) -> str | None:
    if value is not None and not 1 <= len(value) <= LONGEST_NAME:
        raise Invalid(f"This has 1 to {LONGEST_NAME} characters.", field=field)
    return value


def _check(found: Silence, *, now: datetime) -> None:
    if not (found.name or found.component or found.severity):
        raise Invalid(
            "Please say what is to be silent: a name, a component or a severity. Everything at"
            " once cannot be silenced.",
            field="name",
        )
    if not 1 <= len(found.reason) <= MOST_REASON:
        raise Invalid(f"Please give a reason of 1 to {MOST_REASON} characters.", field="reason")
    if not now < found.ends_at <= now + LONGEST:
        raise Invalid("A silence ends in the future, within 30 days.", field="ends_at")


async def _count(session: AsyncSession) -> int:
    counted = text("SELECT count(*) FROM alert_silences WHERE ended_at IS NULL AND ends_at > now()")
    return int((await session.execute(counted)).scalar_one())


async def _audit(session: AsyncSession, action: str, found: Silence, *, by: Actor) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="alert_silence",
        resource_id=found.id,
        salon_id=None,
        metadata={
            "name": found.name,
            "component": found.component,
            "severity": found.severity,
            "reason": found.reason,
            "ends_at": found.ends_at.isoformat(),
        },
    )
