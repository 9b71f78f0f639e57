"""Reads who of a salon's clients is to hear when something happens that concerns their visits.
Called by who looks after incidents; changes nothing.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MOST_AT_ONCE = 1000


async def expected_clients(
    session: AsyncSession,
    *,
    salon_id: UUID,
    since: datetime,
    until: datetime,
    after: UUID | None = None,
    limit: int = MOST_AT_ONCE,
) -> list[UUID]:
    """The ids of customers with a visit in [since, until) that is to come about, those behind
    `after`; at most a thousand at a time.
    """
    rows = await session.execute(
        EXPECTED,
        {
            "salon_id": salon_id,
            "since": since,
            "until": until,
            "after": after or UUID(int=0),
            "limit": min(limit, MOST_AT_ONCE),
        },
    )
    return list(rows.scalars())


EXPECTED = text("""
    SELECT DISTINCT customer_id FROM bookings
    WHERE salon_id = :salon_id AND status = 'confirmed'
        AND appointment_date >= :since AND appointment_date < :until AND customer_id > :after
    ORDER BY customer_id LIMIT :limit
""")
