"""Reads of the waitlist, frozen results. Called by the pages, the mails and the verbs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.waitlist.rules import Wish
from openchair.platform.db.driver import driver
from openchair.platform.errors import NotFound

PAGE_LIMIT = 100
MOST_OFFERS = 100
STATES: Mapping[str, tuple[str, ...]] = {
    "waiting": ("waiting", "offered"),
    "booked": ("booked",),
    "over": ("withdrawn", "expired"),
}
"""What lists show together, by the name of the list."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that was kept for one who waits. `status` is open, accepted, declined or lapsed."""

    id: UUID
    entry_id: UUID
    hold_id: UUID
    start: datetime
    end: datetime
    expires_at: datetime
    status: str
    answered_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody who waits. `status` is waiting, offered, booked, withdrawn or expired; `open` is
    the offer that waits for an answer; without `staff_id` anybody will do.
    """

    id: UUID
    salon_id: UUID
    customer_id: UUID
    service_ids: tuple[UUID, ...]
    staff_id: UUID | None
    wish: Wish
    name: str
    email: str | None
    phone: str | None
    language: str
    note: str
    source: str
    status: str
    booking_id: UUID | None
    manage_token: str | None
    created_at: datetime
    offers: int
    open: Offer | None


_ENTRY = """
    SELECT e.*, o.id AS offer_id, o.hold_id, o.starts_at, o.ends_at, o.expires_at,
           o.status AS offer_status, o.answered_at, o.created_at AS offered_at, b.manage_token,
           (SELECT count(*) FROM waitlist_offers AS made
            WHERE made.salon_id = e.salon_id AND made.entry_id = e.id) AS offers
    FROM waitlist_entries AS e
    LEFT JOIN waitlist_offers AS o
        ON o.salon_id = e.salon_id AND o.entry_id = e.id AND o.status = 'open'
    LEFT JOIN bookings AS b ON b.salon_id = e.salon_id AND b.id = e.booking_id
"""


def hash_of(token: str) -> bytes:
    """What is kept of a secret link."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


async def get_entry_by_token(session: AsyncSession, *, salon_id: UUID, token: str) -> Entry:
    """Whose link this is, the one of the list or that of any offer. Raises `NotFound`
    (`waitlist_not_found`).
    """
    return await _one(
        session,
        """WHERE e.salon_id = $1 AND (e.token_hash = $2 OR e.id = (
               SELECT entry_id FROM waitlist_offers WHERE token_hash = $2 AND salon_id = $1))""",
        salon_id,
        hash_of(token),
    )


async def get_entry(session: AsyncSession, *, salon_id: UUID, entry_id: UUID) -> Entry:
    """The entry of this id. Raises `NotFound` (`waitlist_not_found`)."""
    return await _one(session, "WHERE e.salon_id = $1 AND e.id = $2", salon_id, entry_id)


async def list_entries(
    session: AsyncSession,
    *,
    salon_id: UUID,
    statuses: Sequence[str],
    newest_first: bool = False,
    limit: int = PAGE_LIMIT,
    after: tuple[datetime, UUID] | None = None,
) -> list[Entry]:
    """Who waits, in the order in which they are asked; `after` is when the last one seen was put
    down, and its id.
    """
    connection = await driver(session)
    seen_at, seen_id = after or (None, None)
    sign, order = ("<", "DESC") if newest_first else (">", "ASC")
    rows = await connection.fetch(
        _ENTRY
        + f"""
        WHERE e.salon_id = $1 AND e.status = ANY($2::text[])
          AND ($3::timestamptz IS NULL OR (e.created_at, e.id) {sign} ($3, $4::uuid))
        ORDER BY e.created_at {order}, e.id {order} LIMIT $5
        """,
        salon_id,
        list(statuses),
        seen_at,
        seen_id,
        min(limit, PAGE_LIMIT + 1),
    )
    return [_entry(row) for row in rows]


async def count_by_status(session: AsyncSession, *, salon_id: UUID) -> dict[str, int]:
    """How many entries there are, by the name of the list they are in."""
    connection = await driver(session)
    rows = await connection.fetch(
        "SELECT status, count(*) FROM waitlist_entries WHERE salon_id = $1 GROUP BY status",
        salon_id,
    )
    counted = dict(rows)
    return {name: sum(counted.get(each, 0) for each in group) for name, group in STATES.items()}


async def waiting_on(
    session: AsyncSession, *, salon_id: UUID, day: date, limit: int = PAGE_LIMIT
) -> list[Entry]:
    """Who would come on a local date, in the order in which they are asked."""
    connection = await driver(session)
    rows = await connection.fetch(
        _ENTRY
        + """
        WHERE e.salon_id = $1 AND e.status IN ('waiting', 'offered')
          AND e.first_date <= $2 AND e.last_date >= $2 AND $3 = ANY(e.weekdays)
        ORDER BY e.created_at, e.id LIMIT $4
        """,
        salon_id,
        day,
        day.weekday(),
        min(limit, PAGE_LIMIT),
    )
    return [_entry(row) for row in rows]


async def offers_of(session: AsyncSession, *, salon_id: UUID, entry_id: UUID) -> list[Offer]:
    """What was offered to one who waits, the latest first; at most a hundred."""
    connection = await driver(session)
    rows = await connection.fetch(
        """
        SELECT id, entry_id, hold_id, starts_at, ends_at, expires_at, status, answered_at,
            created_at
        FROM waitlist_offers WHERE salon_id = $1 AND entry_id = $2
        ORDER BY created_at DESC, id DESC LIMIT $3
        """,
        salon_id,
        entry_id,
        MOST_OFFERS,
    )
    return [Offer(*row) for row in rows]


async def offer_minutes(session: AsyncSession, *, salon_id: UUID) -> int:
    """How long this salon keeps a time for who was asked, in minutes."""
    connection = await driver(session)
    found: int = await connection.fetchval(
        "SELECT waitlist_offer_minutes FROM salon_policies WHERE salon_id = $1", salon_id
    )
    return found


async def _one(session: AsyncSession, where: str, *values: object) -> Entry:
    connection = await driver(session)
    row = await connection.fetchrow(_ENTRY + where, *values)
    if row is None:
        raise NotFound(
            "We do not find this place on the waitlist. Please check the link in the message.",
            code="waitlist_not_found",
        )
    return _entry(row)


def wish_of(row: Mapping[str, Any]) -> Wish:
    """When somebody would come, from the entry's row."""
    return Wish(
        first_date=row["first_date"],
        last_date=row["last_date"],
        weekdays=frozenset(row["weekdays"]),
        from_minute=row["from_minute"],
        to_minute=row["to_minute"],
    )


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        id=row["id"],
        salon_id=row["salon_id"],
        customer_id=row["customer_id"],
        service_ids=tuple(row["service_ids"]),
        staff_id=row["staff_id"],
        wish=wish_of(row),
        name=row["contact_name"],
        email=row["contact_email"],
        phone=row["contact_phone"],
        language=row["language"],
        note=row["note"],
        source=row["source"],
        status=row["status"],
        booking_id=row["booking_id"],
        manage_token=row["manage_token"],
        created_at=row["created_at"],
        offers=row["offers"],
        open=_offer(row) if row["offer_id"] else None,
    )


def _offer(row: Mapping[str, Any]) -> Offer:
    return Offer(
        id=row["offer_id"],
        entry_id=row["id"],
        hold_id=row["hold_id"],
        start=row["starts_at"],
        end=row["ends_at"],
        expires_at=row["expires_at"],
        status=row["offer_status"],
        answered_at=row["answered_at"],
        created_at=row["offered_at"],
    )
