"""Which messages should have gone out in a stretch of time and have not: whom an incident kept from
hearing. Called by who looks after incidents; changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MOST_UNTOLD = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """What a message that did not go out is about, as `outbox.NewMessage.reference` names it."""

    salon_id: UUID
    reference: str


async def untold(
    session: AsyncSession, *, about: str, since: datetime, until: datetime
) -> list[Untold]:
    """What the messages are about that were due in [since, until) and are not sent by now: they
    wait, failed, or nobody knows. Only references that begin with `about`; at most two thousand,
    each once.
    """
    values = {"about": f"{about}:%", "since": since, "until": until, "limit": MOST_UNTOLD}
    rows = await session.execute(UNTOLD, values)
    return [Untold(salon_id=row.salon_id, reference=row.reference) for row in rows]


UNTOLD = text("""
    SELECT salon_id, reference FROM notifications
    WHERE (status = 'pending' OR status = 'sending' OR status IN ('failed', 'doubtful'))
        AND category <> 'marketing' AND reference LIKE :about
        AND send_after >= :since AND send_after < :until
    GROUP BY salon_id, reference ORDER BY min(send_after) LIMIT :limit
""")
