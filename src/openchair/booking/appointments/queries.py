"""Reads of bookings and holds, frozen results. Called by pages, API, console, mails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.base import Words
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict, NotFound

PAGE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Appointment:
    """One service by one person inside a booking; times in the salon's zone."""

    id: UUID
    service_id: UUID
    service_name: Words
    staff_id: UUID
    staff_name: str
    start: datetime
    end: datetime
    price_minor: int
    extra_minutes: int = 0
    """What the team gave or took beyond the service's own hands-on time."""


@dataclass(frozen=True, slots=True)
class Booking:
    """A visit with its appointments; times in the salon's zone, money in minor units.

    `status` is `confirmed`, `arrived`, `in_chair`, `done`, `paid`, `no_show` or `cancelled`. The
    deadlines are the salon's policies applied to this visit; None when that is no longer (or never
    was) possible at all.
    """

    id: UUID
    salon_id: UUID
    salon_slug: str
    status: str
    start: datetime
    end: datetime
    time_zone: str
    price_minor: int
    currency: str
    language: str
    customer_id: UUID
    customer_name: str
    customer_email: str | None
    customer_phone: str | None
    note: str
    source: str
    manage_token: str
    reschedule_count: int
    revision: int
    overbooked: bool
    created_at: datetime
    cancelled_at: datetime | None
    cancel_reason: str | None
    arrived_at: datetime | None
    no_show_at: datetime | None
    can_cancel_until: datetime | None
    can_reschedule_until: datetime | None
    appointments: tuple[Appointment, ...]
    in_chair_at: datetime | None = None
    done_at: datetime | None = None
    paid_at: datetime | None = None
    series_id: UUID | None = None
    group_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One service of a held visit; times in the salon's zone, price in minor units."""

    service_id: UUID
    staff_id: UUID
    start: datetime
    end: datetime
    price_minor: int
    extra_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """A time kept until `expires_at`."""

    id: UUID
    salon_id: UUID
    expires_at: datetime
    start: datetime
    end: datetime
    price_minor: int
    items: tuple[HeldItem, ...]
    form_ids: tuple[UUID, ...] = ()
    """What its services ask of the client, as far as it was read."""

    @property
    def staff_id(self) -> UUID:
        """Who begins the visit."""
        return self.items[0].staff_id


_BOOKING = """
    SELECT b.*, s.slug AS salon_slug, s.time_zone, p.cancel_deadline_minutes,
           p.reschedule_deadline_minutes, p.reschedule_limit,
           (SELECT jsonb_agg(jsonb_build_array(a.id, a.service_id, a.service_name, a.staff_id,
                             t.name, a.starts_at, a.ends_at, a.price_minor, a.extra_minutes)
                            ORDER BY a.position)
            FROM appointments a
            JOIN staff t ON t.salon_id = a.salon_id AND t.id = a.staff_id
            WHERE a.salon_id = b.salon_id AND a.booking_id = b.id) AS appointments
    FROM bookings b
    JOIN salons s ON s.id = b.salon_id
    JOIN salon_policies p ON p.salon_id = b.salon_id
"""


async def get_booking(session: AsyncSession, *, token: str) -> Booking:
    """The booking that a manage link names. Raises `NotFound` (`booking_not_found`)."""
    return await _one(session, "WHERE b.manage_token = $1", token.replace("\x00", ""))


async def get_booking_by_id(
    session: AsyncSession, *, booking_id: UUID, salon_id: UUID | None = None
) -> Booking:
    """The booking of this id, of this salon if one is named. Raises `NotFound`."""
    return await _one(
        session,
        "WHERE b.id = $1 AND ($2::uuid IS NULL OR b.salon_id = $2)",
        booking_id,
        salon_id,
    )


async def day_list(
    session: AsyncSession,
    *,
    salon_id: UUID,
    first: datetime,
    last: datetime,
    limit: int = PAGE_LIMIT,
    after: tuple[datetime, UUID] | None = None,
    staff_id: UUID | None = None,
) -> list[Booking]:
    """The salon's bookings that begin in `[first, last)`, whatever their status, by start.

    At most `limit` (200 at the most); `after` is the start and id of the last one seen.
    `staff_id` leaves those in which this person has a part.
    """
    connection = await driver(session)
    seen_start, seen_id = after or (None, None)
    rows = await connection.fetch(
        _BOOKING
        + """
        WHERE b.salon_id = $1 AND b.appointment_date >= $2 AND b.appointment_date < $3
          AND ($4::timestamptz IS NULL OR (b.appointment_date, b.id) > ($4, $5::uuid))
          AND ($6::uuid IS NULL OR EXISTS (
                SELECT FROM appointments a
                WHERE a.salon_id = b.salon_id AND a.booking_id = b.id AND a.staff_id = $6))
        ORDER BY b.appointment_date, b.id LIMIT $7
        """,
        salon_id,
        first,
        last,
        seen_start,
        seen_id,
        staff_id,
        min(limit, PAGE_LIMIT),
    )
    return [_booking(row) for row in rows]


async def get_hold(session: AsyncSession, *, salon_id: UUID, hold_id: UUID, now: datetime) -> Hold:
    """The hold, alive. Raises `NotFound` (`hold_not_found`) or `Conflict` (`hold_expired`)."""
    connection = await driver(session)
    row = await connection.fetchrow(
        """
        SELECT h.*, s.time_zone, ARRAY(
            SELECT DISTINCT asked.form_id FROM jsonb_array_elements(h.items) AS item
            JOIN services v ON v.salon_id = h.salon_id AND v.id = (item ->> 'service_id')::uuid
            LEFT JOIN services p ON p.salon_id = v.salon_id AND p.id = v.parent_id
            CROSS JOIN unnest(ARRAY[v.required_form_id, p.required_form_id]) AS asked (form_id)
            WHERE asked.form_id IS NOT NULL) AS form_ids
        FROM holds h JOIN salons s ON s.id = h.salon_id
        WHERE h.salon_id = $1 AND h.id = $2
        FOR UPDATE OF h
        """,
        salon_id,
        hold_id,
    )
    if row is None:
        raise NotFound(
            "We do not know this reservation. Please choose a time again.", code="hold_not_found"
        )
    if row["expires_at"] <= now:
        raise hold_expired()
    return replace(hold_of(row, ZoneInfo(row["time_zone"])), form_ids=tuple(row["form_ids"]))


def hold_expired() -> Conflict:
    """What is said to a client whose time is no longer kept."""
    return Conflict(
        "The time was kept for you for a while and is open to others again."
        " Please choose it once more.",
        code="hold_expired",
    )


def hold_of(row: Mapping[str, Any], zone: ZoneInfo) -> Hold:
    """A hold from its row."""
    return Hold(
        id=row["id"],
        salon_id=row["salon_id"],
        expires_at=row["expires_at"].astimezone(zone),
        start=row["starts_at"].astimezone(zone),
        end=row["ends_at"].astimezone(zone),
        price_minor=row["price_minor"],
        items=tuple(
            HeldItem(
                service_id=UUID(item["service_id"]),
                staff_id=UUID(item["staff_id"]),
                start=datetime.fromisoformat(item["start"]).astimezone(zone),
                end=datetime.fromisoformat(item["end"]).astimezone(zone),
                price_minor=item["price_minor"],
            )
            for item in row["items"]
        ),
    )


async def _one(session: AsyncSession, where: str, *values: object) -> Booking:
    connection = await driver(session)
    row = await connection.fetchrow(_BOOKING + where, *values)
    if row is None:
        raise NotFound(
            "We do not find this booking. Please check the link in your confirmation.",
            code="booking_not_found",
        )
    return _booking(row)


def _booking(row: Mapping[str, Any]) -> Booking:
    zone = ZoneInfo(row["time_zone"])
    start = row["appointment_date"].astimezone(zone)
    open_still = row["status"] == "confirmed"
    movable = open_still and row["reschedule_count"] < row["reschedule_limit"]
    return Booking(
        id=row["id"],
        salon_id=row["salon_id"],
        salon_slug=row["salon_slug"],
        status=row["status"],
        start=start,
        end=row["ends_at"].astimezone(zone),
        time_zone=row["time_zone"],
        price_minor=row["price_minor"],
        currency=row["currency"],
        language=row["language"],
        customer_id=row["customer_id"],
        customer_name=row["contact_name"],
        customer_email=row["contact_email"],
        customer_phone=row["contact_phone"],
        note=row["note"],
        source=row["source"],
        manage_token=row["manage_token"],
        reschedule_count=row["reschedule_count"],
        revision=row["revision"],
        overbooked=row["overbooked"],
        created_at=row["created_at"],
        cancelled_at=row["cancelled_at"],
        cancel_reason=row["cancel_reason"],
        arrived_at=row["arrived_at"],
        no_show_at=row["no_show_at"],
        can_cancel_until=_before(row, start, "cancel_deadline_minutes") if open_still else None,
        can_reschedule_until=_before(row, start, "reschedule_deadline_minutes")
        if movable
        else None,
        appointments=_appointments(row["appointments"] or [], zone),
        in_chair_at=row["in_chair_at"],
        done_at=row["done_at"],
        paid_at=row["paid_at"],
        series_id=row["series_id"],
        group_id=row["group_id"],
    )


def _before(row: Mapping[str, Any], start: datetime, policy: str) -> datetime:
    """The last moment before a deadline: elapsed minutes, also across a clock change."""
    instant = start.astimezone(ZoneInfo("UTC")) - timedelta(minutes=row[policy])
    return instant.astimezone(start.tzinfo)


def _appointments(rows: Sequence[Any], zone: ZoneInfo) -> tuple[Appointment, ...]:
    return tuple(
        Appointment(
            id=UUID(row[0]),
            service_id=UUID(row[1]),
            service_name=row[2],
            staff_id=UUID(row[3]),
            staff_name=row[4],
            start=datetime.fromisoformat(row[5]).astimezone(zone),
            end=datetime.fromisoformat(row[6]).astimezone(zone),
            price_minor=row[7],
            extra_minutes=row[8],
        )
        for row in rows
    )
