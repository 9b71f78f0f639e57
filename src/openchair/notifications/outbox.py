"""Where every message begins: a row, written in the caller's own transaction.

Called by rooms that have something to tell (bookings first); renders nothing, sends nothing. The
workers look for rows that are due (`dispatch.py`), so nobody has to be told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.recipients import check_recipient
from openchair.notifications.settings import MailSettings
from openchair.platform import correlation
from openchair.platform.db.driver import driver
from openchair.platform.ids import new_id
from openchair.platform.settings.base import load


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to be queued. `reference` names what it is about (`booking:<id>`), `dedupe_key`
    makes a repeated put harmless, `send_after` waits, `expires_at` is its use-by time.

    `priority` is 1 (at once) to 9 (whenever); among due messages the lower goes first.
    `category` is transactional, reminder or marketing: what is not transactional needs the
    recipient's will and keeps the quiet hours of `time_zone` (IANA; without it the salon's own).
    """

    salon_id: UUID
    kind: str
    channel: str
    recipient: str
    language: str
    data: Mapping[str, Any]
    reference: str
    dedupe_key: str
    send_after: datetime | None = None
    expires_at: datetime | None = None
    priority: int = 5
    category: str = "transactional"
    time_zone: str | None = None


async def put(
    session: AsyncSession,
    *,
    salon_id: UUID,
    kind: str,
    channel: str,
    recipient: str,
    language: str,
    data: Mapping[str, Any],
    reference: str,
    dedupe_key: str,
    send_after: datetime | None = None,
) -> UUID:
    """Queue one message and answer its id; see `put_all`."""
    message = NewMessage(
        salon_id=salon_id,
        kind=kind,
        channel=channel,
        recipient=recipient,
        language=language,
        data=data,
        reference=reference,
        dedupe_key=dedupe_key,
        send_after=send_after,
    )
    return (await put_all(session, messages=[message]))[0]


async def put_all(session: AsyncSession, *, messages: Sequence[NewMessage]) -> list[UUID]:
    """Queue messages by one statement.

    Nothing exists unless the caller commits. A message whose `dedupe_key` was queued before is
    left as it was; its id is answered. Raises `Invalid` when a recipient cannot be one.
    """
    if not messages:
        return []
    rows = [message_values(message) for message in messages]
    connection = await driver(session)  # a booking waits for this
    written = await connection.fetch(PUT, orjson.dumps(rows, default=str).decode())
    ids = {row["dedupe_key"]: row["id"] for row in written}
    return [ids[row["dedupe_key"]] for row in rows]


def message_values(message: NewMessage) -> dict[str, Any]:
    """The message's row, also for a hot path that inserts it within its own statement."""
    message_id = new_id()
    return {
        "salon_id": message.salon_id,
        "id": message_id,
        "kind": message.kind,
        "channel": message.channel,
        "recipient": check_recipient(channel=message.channel, recipient=message.recipient),
        "language": message.language,
        "data": message.data,
        "reference": message.reference,
        "dedupe_key": message.dedupe_key,
        "message_id": f"<{message_id}@{load(MailSettings).domain}>",
        "correlation_id": correlation.current(),
        "send_after": message.send_after,
        "expires_at": message.expires_at,
        "priority": message.priority,
        "category": message.category,
        "time_zone": message.time_zone,
    }


PUT = """
    INSERT INTO notifications (
        salon_id, id, kind, channel, recipient, language, data, reference, dedupe_key,
        message_id, correlation_id, send_after, next_attempt_at, expires_at, priority, category,
        time_zone)
    SELECT salon_id, id, kind, channel, recipient, language, data, reference, dedupe_key,
        message_id, correlation_id, coalesce(send_after, now()), coalesce(send_after, now()),
        expires_at, priority, category, time_zone
    FROM jsonb_to_recordset($1::text::jsonb) AS given (
        salon_id uuid, id uuid, kind text, channel text, recipient text, language text,
        data jsonb, reference text, dedupe_key text, message_id text, correlation_id text,
        send_after timestamptz, expires_at timestamptz, priority smallint,
        category text, time_zone text)
    ON CONFLICT (salon_id, dedupe_key) DO UPDATE SET dedupe_key = excluded.dedupe_key
    RETURNING dedupe_key, id
"""
