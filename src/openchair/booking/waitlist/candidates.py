"""Reads who could be asked, in the order in which they wait: whoever can be reached and has no
offer open. Called by `next_one.py`; locks nothing.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.waitlist.queries import wish_of
from openchair.booking.waitlist.rules import Wish
from openchair.notifications.providers.sms.accounts import sms_configured
from openchair.platform.db.driver import driver

PAGE = 100
MOST_PAGES = 20

_WAITING = """
    SELECT e.id, e.service_ids, e.staff_id, e.first_date, e.last_date, e.weekdays, e.from_minute,
        e.to_minute, e.created_at, (
            SELECT array_agg(ARRAY[o.starts_at, o.ends_at])
            FROM waitlist_offers o
            JOIN waitlist_entries mine ON mine.salon_id = o.salon_id AND mine.id = o.entry_id
            WHERE o.salon_id = e.salon_id AND mine.customer_id = e.customer_id
              AND o.ends_at >= $2::date - 1
              AND (o.status = 'declined' OR o.status = 'lapsed' AND o.answered_at IS NULL)
        ) AS refused
    FROM waitlist_entries e
    WHERE e.salon_id = $1 AND e.status = 'waiting'
      AND e.first_date <= $3 AND e.last_date >= $2::date - 1
      AND (e.contact_email IS NOT NULL OR $4 AND e.contact_phone IS NOT NULL)
      AND ($5::timestamptz IS NULL OR (e.created_at, e.id) > ($5, $6::uuid))
      AND NOT EXISTS (
          SELECT FROM waitlist_offers o
          JOIN waitlist_entries mine ON mine.salon_id = o.salon_id AND mine.id = o.entry_id
          WHERE o.salon_id = e.salon_id AND mine.customer_id = e.customer_id
            AND o.status = 'open')
    ORDER BY e.created_at, e.id LIMIT $7
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who waits; `refused` are the times to come that they let go."""

    id: UUID
    service_ids: tuple[UUID, ...]
    staff_id: UUID | None
    wish: Wish
    refused: tuple[tuple[datetime, datetime], ...]


async def candidates(
    session: AsyncSession, *, salon_id: UUID, first: date, last: date
) -> AsyncIterator[Candidate]:
    """Who waits for one of these dates, whoever waits longest first; at most two thousand."""
    connection = await driver(session)
    seen_at: datetime | None = None
    seen_id: UUID | None = None
    for _ in range(MOST_PAGES):
        rows = await connection.fetch(
            _WAITING, salon_id, first, last, sms_configured(), seen_at, seen_id, PAGE
        )
        for row in rows:
            yield Candidate(
                id=row["id"],
                service_ids=tuple(row["service_ids"]),
                staff_id=row["staff_id"],
                wish=wish_of(row),
                refused=tuple((start, end) for start, end in row["refused"] or ()),
            )
        if len(rows) < PAGE:
            return
        seen_at, seen_id = rows[-1]["created_at"], rows[-1]["id"]
