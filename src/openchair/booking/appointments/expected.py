"""How many visits are expected on which date. Called by pages on which somebody plans a day off or
a closed day.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MOST_DATES = 400


async def expected_by_day(
    session: AsyncSession, *, salon_id: UUID, first: datetime, last: datetime, time_zone: str
) -> dict[date, int]:
    """Visits that are still expected and begin in `[first, last)`, by the salon's own dates."""
    rows = await session.execute(
        text("""
            SELECT CAST(appointment_date AT TIME ZONE CAST(:zone AS text) AS date) AS day,
                   count(*) AS visits
            FROM bookings
            WHERE salon_id = :salon_id AND status = 'confirmed'
              AND appointment_date >= :first AND appointment_date < :last
            GROUP BY 1 ORDER BY 1 LIMIT :most
        """),
        {
            "salon_id": salon_id,
            "first": first,
            "last": last,
            "zone": time_zone,
            "most": MOST_DATES,
        },
    )
    return {row.day: row.visits for row in rows}
