"""Puts addresses on the list of those a salon no longer writes to.

Called when a provider says so (`hard_bounce`, `complaint`), when a client does (`stop`), and by
the team (`manual`, through `operations/messages/`, which writes the audit log).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.recipients import check_recipient
from openchair.notifications.suppressions.events import BounceRecorded
from openchair.notifications.suppressions.rules import check_reason, check_until, listed_as
from openchair.platform.events.event import emit

MAX_NOTE = 500
LISTED = frozenset({"hard_bounce", "complaint"})


async def suppress(
    session: AsyncSession,
    *,
    salon_id: UUID,
    channel: str,
    recipient: str,
    reason: str,
    now: datetime,
    note: str = "",
    notification_id: UUID | None = None,
    until: datetime | None = None,
) -> bool:
    """Write no more to this address, until `until` or for ever. Answers whether that is new.

    An address that is listed already stays as it is, with its first reason; one whose time is
    limited gets the new reason and time. Raises `Invalid` when it is no address.
    """
    check_reason(reason)
    check_until(until, now=now)
    return await _list(
        session,
        salon_id=salon_id,
        channel=channel,
        recipient=check_recipient(channel=channel, recipient=recipient),
        reason=reason,
        note=note,
        notification_id=notification_id,
        until=until,
        now=now,
    )


async def note_bounce(
    session: AsyncSession,
    *,
    salon_id: UUID,
    notification_id: UUID,
    channel: str,
    recipient: str,
    category: str,
    words: str,
    later: bool,
    now: datetime,
) -> bool:
    """Announce that a message came back, `later` or at once. An address that does not exist, or
    whose owner complained, is listed with the provider's words. Answers whether that is new.
    """
    listed, new = category in LISTED, False
    if listed:
        new = await _list(
            session,
            salon_id=salon_id,
            channel=channel,
            recipient=recipient,
            reason=category,
            note=words,
            notification_id=notification_id,
            until=None,
            now=now,
        )
    bounce = BounceRecorded(
        salon_id=salon_id,
        subject_id=notification_id,
        channel=channel,
        category=category,
        later=later,
        suppressed=listed,
    )
    await emit(session, bounce)
    return new


async def _list(
    session: AsyncSession, *, recipient: str, note: str, **values: str | UUID | datetime | None
) -> bool:
    named = {**values, "recipient": listed_as(recipient), "note": note[:MAX_NOTE] or None}
    return (await session.execute(SUPPRESS, named)).one_or_none() is not None


SUPPRESS = text("""
    INSERT INTO notification_suppressions AS known
        (salon_id, id, channel, recipient, reason, note, notification_id, until, created_at)
    VALUES (:salon_id, gen_random_uuid(), :channel, :recipient, :reason, :note, :notification_id,
        :until, :now)
    ON CONFLICT (salon_id, channel, recipient) DO UPDATE
    SET reason = excluded.reason, note = excluded.note, until = excluded.until,
        notification_id = excluded.notification_id, created_at = excluded.created_at
    WHERE known.until IS NOT NULL
    RETURNING id
""")
