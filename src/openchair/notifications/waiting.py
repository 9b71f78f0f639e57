"""What has not come to its end yet, by channel, kind and state. For the operations console."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MOST_GROUPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """So many messages of one kind and state; `due` of them should have gone by now, the first of
    them at `due_since`, whether their next try is soon or not. `waits_for` says what for, where it
    is not only their time.
    """

    channel: str
    kind: str
    status: str
    waits_for: str | None
    count: int
    due: int
    due_since: datetime | None
    oldest_at: datetime
    next_at: datetime | None


async def list_waiting(session: AsyncSession) -> list[Waiting]:
    """Of all salons: what is due first, then what is most; at most two hundred groups."""
    rows = await session.execute(WAITING, {"limit": MOST_GROUPS})
    return [Waiting(**row) for row in rows.mappings()]


WAITING = text("""
    SELECT channel, kind, status, waits_for, count(*) AS count,
        count(*) FILTER (WHERE status = 'pending' AND send_after <= now()) AS due,
        min(send_after) FILTER (WHERE status = 'pending' AND send_after <= now()) AS due_since,
        min(created_at) AS oldest_at,
        min(next_attempt_at) FILTER (WHERE status = 'pending') AS next_at
    FROM notifications WHERE status IN ('pending', 'sending', 'doubtful')
    GROUP BY channel, kind, status, waits_for
    ORDER BY due DESC, count DESC, channel, kind, status LIMIT :limit
""")
