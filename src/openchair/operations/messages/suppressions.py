"""Puts an address on the list of those that are not written to, or takes it off, for somebody, and
writes down who did it. Called by page and command.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.notifications.suppressions.lift import lift
from openchair.notifications.suppressions.queries import Suppressed
from openchair.notifications.suppressions.suppress import suppress


async def suppress_address(
    session: AsyncSession,
    *,
    salon_id: UUID,
    channel: str,
    recipient: str,
    note: str,
    until: datetime | None,
    by: Actor,
    now: datetime,
) -> bool:
    """See `suppress`; the reason is that somebody of the salon said so. False: was listed."""
    new = await suppress(
        session,
        salon_id=salon_id,
        channel=channel,
        recipient=recipient,
        reason="manual",
        note=note,
        until=until,
        now=now,
    )
    if new:
        await record(
            session,
            actor=by,
            action="create",
            resource_type="suppression",
            resource_id=recipient,
            salon_id=salon_id,
            metadata={"channel": channel, "note": note, "until": until},
        )
    return new


async def lift_suppression(
    session: AsyncSession, *, salon_id: UUID, suppression_id: UUID, by: Actor
) -> Suppressed:
    """See `lift`; what stood there is kept in the audit log. Raises `NotFound`."""
    lifted = await lift(session, salon_id=salon_id, suppression_id=suppression_id)
    await record(
        session,
        actor=by,
        action="delete",
        resource_type="suppression",
        resource_id=lifted.recipient,
        salon_id=salon_id,
        metadata={
            "channel": lifted.channel,
            "reason": lifted.reason,
            "note": lifted.note,
            "since": lifted.created_at,
        },
    )
    return lifted
