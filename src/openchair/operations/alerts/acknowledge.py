"""Somebody takes an alert on: nobody is told again until that expires. Called by doors."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.operations.alerts.models import AlertRow
from openchair.operations.alerts.settings import AlertSettings
from openchair.platform.errors import Invalid, NotFound
from openchair.platform.settings.base import load

MOST_AT_ONCE = 500
LONGEST = timedelta(hours=72)
MOST_AUTHOR = 100


async def acknowledge(
    session: AsyncSession,
    *,
    alert: UUID | str,
    author: str,
    by: Actor,
    now: datetime,
    lasts: timedelta | None = None,
) -> list[UUID]:
    """Take on the open alert of this id, or all open ones of this name, for `lasts` (else the
    setting). Answers their ids. `author` is shown to others.

    Raises `NotFound` when nothing of that fires, `Invalid` for a time out of bounds.
    """
    until = now + (lasts or timedelta(hours=load(AlertSettings).alert_ack_hours))
    if not now < until <= now + LONGEST:
        raise Invalid("An acknowledgement lasts 72 hours at most.", field="lasts")
    found = await _open_ids(session, alert)
    if not found:
        raise NotFound(f"Nothing named {str(alert)[:80]} fires now.", code="alert_not_firing")
    await session.execute(
        update(AlertRow)
        .where(AlertRow.id.in_(found))
        .values(acknowledged_by=author[:MOST_AUTHOR], acknowledged_at=now, acknowledged_until=until)
    )
    await _audit(session, "alert.acknowledge", found, alert=alert, by=by, until=until.isoformat())
    return found


async def unacknowledge(session: AsyncSession, *, alert: UUID | str, by: Actor) -> list[UUID]:
    """Give it back: it is told again. Raises `NotFound`."""
    found = await _open_ids(session, alert)
    if not found:
        raise NotFound(f"Nothing named {str(alert)[:80]} fires now.", code="alert_not_firing")
    await session.execute(
        update(AlertRow)
        .where(AlertRow.id.in_(found))
        .values(acknowledged_by=None, acknowledged_at=None, acknowledged_until=None)
    )
    await _audit(session, "alert.unacknowledge", found, alert=alert, by=by)
    return found


async def _open_ids(session: AsyncSession, alert: UUID | str) -> list[UUID]:
    wanted = select(AlertRow.id).where(AlertRow.status == "firing")
    if isinstance(alert, UUID):
        wanted = wanted.where(AlertRow.id == alert)
    else:
        wanted = wanted.where(or_(AlertRow.name == alert, AlertRow.fingerprint == alert))
    rows = await session.execute(wanted.order_by(AlertRow.id).limit(MOST_AT_ONCE).with_for_update())
    return list(rows.scalars())


async def _audit(
    session: AsyncSession,
    action: str,
    found: Sequence[UUID],
    *,
    alert: UUID | str,
    by: Actor,
    **more: str,
) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="alert",
        resource_id=str(alert),
        salon_id=None,
        metadata={**more, "alerts": [str(each) for each in found[:20]], "count": len(found)},
    )
