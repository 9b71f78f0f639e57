"""Puts addresses on the list of those a salon no longer writes to.

Called when a provider says so (`hard_bounce`, `complaint`), when a client does (`stop`), and by
the team (`manual`, through `operations/messages/`, which writes the audit log).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.recipients import check_recipient
from openchair.notifications.suppressions.events import BounceRecorded
from openchair.notifications.suppressions.rules import check_reason, check_until, listed_as
from openchair.platform.events.event import emit

MAX_NOTE = 500


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
    address = check_recipient(channel=channel, recipient=recipient)
    row = await session.execute(
        SUPPRESS,
        {
            "salon_id": salon_id,
            "channel": channel,
            "recipient": listed_as(address),
            "reason": reason,
            "note": note[:MAX_NOTE] or None,
            "notification_id": notification_id,
            "until": until,
            "now": now,
        },
    )
    return row.one_or_none() is not None


async def suppress_bounced(session: AsyncSession, *, messages: Sequence[tuple[UUID, UUID]]) -> int:
    """List the recipients of messages (salon and id) that were refused for good, with the
    provider's words, and announce each bounce. Answers how many addresses are new on the list.
    """
    if not messages:
        return 0
    salon_ids, ids = zip(*messages, strict=True)
    named = {"salon_ids": list(salon_ids), "ids": list(ids)}
    new = len((await session.execute(SUPPRESS_BOUNCED, named)).all())
    for salon_id, notification_id, channel in (await session.execute(CHANNELS_OF, named)).all():
        bounce = BounceRecorded(
            salon_id=salon_id,
            subject_id=notification_id,
            channel=channel,
            category="hard_bounce",
            later=False,
            suppressed=True,
        )
        await emit(session, bounce)
    return new


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

SUPPRESS_BOUNCED = text("""
    INSERT INTO notification_suppressions AS known
        (salon_id, id, channel, recipient, reason, note, notification_id)
    SELECT DISTINCT ON (salon_id, channel, lower(recipient))
        salon_id, gen_random_uuid(), channel, lower(recipient), 'hard_bounce',
        left(error_message, 500), id
    FROM notifications
    WHERE (salon_id, id) IN (
        SELECT * FROM unnest(CAST(:salon_ids AS uuid[]), CAST(:ids AS uuid[])))
    ORDER BY salon_id, channel, lower(recipient), id
    ON CONFLICT (salon_id, channel, recipient) DO UPDATE
    SET reason = excluded.reason, note = excluded.note, until = NULL,
        notification_id = excluded.notification_id, created_at = now()
    WHERE known.until IS NOT NULL
    RETURNING id
""")

CHANNELS_OF = text("""
    SELECT salon_id, id, channel FROM notifications
    WHERE (salon_id, id) IN (
        SELECT * FROM unnest(CAST(:salon_ids AS uuid[]), CAST(:ids AS uuid[])))
""")
