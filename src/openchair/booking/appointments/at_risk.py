"""Reads which visits and holds a fault may have cost. Called by who looks after incidents; changes
nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

MOST_VISITS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAtRisk:
    """A visit whose client does not know how it stands. `start` in UTC, price in minor units."""

    id: UUID
    salon_slug: str
    start: datetime
    customer_name: str
    price_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How many there are in one currency, and what they are worth in its minor units."""

    currency: str
    count: int
    minor: int


async def visits_among(
    session: AsyncSession,
    *,
    bookings: Sequence[tuple[UUID, UUID]],
    since: datetime,
    until: datetime,
) -> list[VisitAtRisk]:
    """Of these bookings (salon, id) the visits that are still to come about and begin in
    [since, until), the first first; at most two hundred.
    """
    if not bookings:
        return []
    rows = await session.execute(
        VISITS,
        {
            "given": orjson.dumps(
                [{"salon_id": str(a), "id": str(b)} for a, b in bookings]
            ).decode(),
            "since": since,
            "until": until,
            "limit": MOST_VISITS,
        },
    )
    return [VisitAtRisk(**row) for row in rows.mappings()]


async def at_risk(session: AsyncSession, *, since: datetime, until: datetime) -> list[Amount]:
    """The visits of all salons that begin in [since, until) and are still expected, by currency."""
    return await _amounts(session, EXPECTED, since=since, until=until)


async def holds_lost(session: AsyncSession, *, since: datetime, until: datetime) -> list[Amount]:
    """The holds of all salons that ran out in [since, until) and became no booking, by currency:
    somebody had chosen a time and did not come to the end. They are swept after an hour, so of a
    stretch further back some are missing.
    """
    return await _amounts(session, HOLDS, since=since, until=until)


async def _amounts(
    session: AsyncSession, statement: TextClause, *, since: datetime, until: datetime
) -> list[Amount]:
    rows = await session.execute(statement, {"since": since, "until": until})
    return [Amount(**row) for row in rows.mappings()]


VISITS = text("""
    SELECT b.id, s.slug AS salon_slug, b.appointment_date AS start,
        b.contact_name AS customer_name, b.price_minor, b.currency
    FROM jsonb_to_recordset(CAST(:given AS jsonb)) AS given(salon_id uuid, id uuid)
    JOIN bookings b ON b.salon_id = given.salon_id AND b.id = given.id
    JOIN salons s ON s.id = b.salon_id
    WHERE b.status = 'confirmed' AND b.appointment_date >= :since AND b.appointment_date < :until
    ORDER BY b.appointment_date, b.id LIMIT :limit
""")
EXPECTED = text("""
    SELECT b.currency, count(*) AS count, CAST(sum(b.price_minor) AS bigint) AS minor
    FROM salons s
    JOIN bookings b ON b.salon_id = s.id
        AND b.appointment_date >= :since AND b.appointment_date < :until
    WHERE b.status = 'confirmed'
    GROUP BY b.currency ORDER BY b.currency
""")
HOLDS = text("""
    SELECT s.currency, count(*) AS count, CAST(sum(h.price_minor) AS bigint) AS minor
    FROM holds h JOIN salons s ON s.id = h.salon_id
    WHERE h.expires_at >= :since AND h.expires_at < :until
    GROUP BY s.currency ORDER BY s.currency
""")
