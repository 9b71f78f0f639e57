"""Reads of calendar addresses and of what stands in a stylist's calendar. Frozen results."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.feeds.address import hash_of
from openchair.platform.db.base import Words
from openchair.platform.errors import NotFound

MOST_ENTRIES = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Whose calendar an address leads to."""

    id: UUID
    salon_id: UUID
    staff_id: UUID
    staff_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """Whether a stylist has an address, and when a program last read it."""

    staff_id: UUID
    staff_name: str
    since: datetime | None
    last_read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A stretch of the stylist's time, in UTC: their part of a visit, or a time kept free (then
    without a client).
    """

    id: UUID
    start: datetime
    end: datetime
    client: str
    services: tuple[Words, ...]
    note: str
    revision: int
    created_at: datetime


async def find_feed(session: AsyncSession, *, token: str, now: datetime) -> Feed:
    """The calendar behind an address; that it was read is noted once an hour. Raises `NotFound`,
    also when the address was ended or its stylist has left.
    """
    rows = await session.execute(
        text("""
            WITH found AS (
                SELECT f.id, f.salon_id, f.staff_id, f.last_read_at, s.name AS staff_name
                FROM calendar_feeds f
                JOIN staff s ON s.salon_id = f.salon_id AND s.id = f.staff_id
                WHERE f.token_hash = :hash AND f.revoked_at IS NULL AND s.active
            ), noted AS (
                UPDATE calendar_feeds SET last_read_at = :now FROM found
                WHERE calendar_feeds.salon_id = found.salon_id AND calendar_feeds.id = found.id
                  AND coalesce(found.last_read_at < CAST(:now AS timestamptz) - interval '1 hour',
                               true)
            )
            SELECT id, salon_id, staff_id, staff_name FROM found
        """),
        {"hash": hash_of(token), "now": now},
    )
    row = rows.mappings().one_or_none()
    if row is None:
        raise NotFound("There is no calendar at this address.", code="feed_not_found")
    return Feed(**row)


async def list_feeds(
    session: AsyncSession, *, salon_id: UUID, staff_id: UUID | None = None
) -> list[FeedState]:
    """Every stylist's, or one's; at most a hundred."""
    rows = await session.execute(
        text("""
            SELECT s.id AS staff_id, s.name AS staff_name, f.created_at AS since, f.last_read_at
            FROM staff s
            LEFT JOIN calendar_feeds f ON f.salon_id = s.salon_id AND f.staff_id = s.id
                AND f.revoked_at IS NULL
            WHERE s.salon_id = :salon_id AND s.active
              AND (CAST(:staff_id AS uuid) IS NULL OR s.id = :staff_id)
            ORDER BY s.position, s.slug LIMIT 100
        """),
        {"salon_id": salon_id, "staff_id": staff_id},
    )
    return [FeedState(**row) for row in rows.mappings()]


async def list_entries(
    session: AsyncSession, *, salon_id: UUID, staff_id: UUID, first: datetime, last: datetime
) -> list[Entry]:
    """What the stylist does between two instants, by start: one entry a visit, from the beginning
    of their first service in it to the end of their last; at most three thousand.
    """
    rows = await session.execute(
        text("""
            SELECT * FROM (
                SELECT b.id, min(a.starts_at) AS start, max(a.ends_at) AS end,
                       b.contact_name AS client,
                       jsonb_agg(a.service_name ORDER BY a.position) AS services,
                       b.note, b.revision, b.created_at
                FROM appointments a
                JOIN bookings b ON b.salon_id = a.salon_id AND b.id = a.booking_id
                WHERE a.salon_id = :salon_id AND a.staff_id = :staff_id
                  AND a.starts_at >= :first AND a.starts_at < :last
                  AND b.status NOT IN ('cancelled', 'no_show')
                GROUP BY b.salon_id, b.id
                UNION ALL
                SELECT id, lower(during), upper(during), '', '[]', reason, 0, created_at
                FROM blocks
                WHERE salon_id = :salon_id AND staff_id = :staff_id
                  AND during && tstzrange(:first, :last)
            ) AS entries
            ORDER BY start, id LIMIT :most
        """),
        {
            "salon_id": salon_id,
            "staff_id": staff_id,
            "first": first,
            "last": last,
            "most": MOST_ENTRIES,
        },
    )
    return [Entry(**{**row, "services": tuple(row["services"])}) for row in rows.mappings()]
