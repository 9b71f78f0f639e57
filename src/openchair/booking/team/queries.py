"""Reads of the team as those see it who plan it: also who is hidden, shifts, and time off that is
only asked for. Frozen results.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.team.week import DayShift, Span
from openchair.media.queries import PICTURE_OF, Shape, shape_of
from openchair.platform.db.base import Words
from openchair.platform.errors import NotFound

PAGE_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who serves clients; commission in basis points of the price."""

    id: UUID
    name: str
    title: Words
    bio: Words
    colour: str
    languages: tuple[str, ...]
    position: int
    active: bool
    commission_basis_points: int
    picture: Shape | None
    service_ids: tuple[UUID, ...]
    coming_visits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """When somebody works: by weekday (0 is Monday), and on single dates instead of that."""

    week: dict[int, tuple[DayShift, ...]]
    dates: dict[date, tuple[DayShift, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOff:
    """An absence in UTC; `end` None is open. `status` is requested, approved or declined."""

    id: UUID
    staff_id: UUID
    staff_name: str
    start: datetime
    end: datetime | None
    reason: str
    status: str
    requested_by: UUID | None
    created_at: datetime
    coming_visits: int


_MEMBERS = f"""
    SELECT s.id, s.name, s.title, s.bio, s.colour, s.languages, s.position, s.active,
           s.commission_basis_points, {PICTURE_OF.format(table="s")} AS picture,
           (SELECT coalesce(array_agg(t.service_id), '{{}}') FROM staff_services t
            WHERE t.salon_id = s.salon_id AND t.staff_id = s.id) AS service_ids,
           (SELECT count(DISTINCT a.booking_id) FROM appointments a
            JOIN bookings b ON b.salon_id = a.salon_id AND b.id = a.booking_id
            WHERE a.salon_id = s.salon_id AND a.staff_id = s.id AND a.starts_at > :now
              AND b.status = 'confirmed') AS coming_visits
    FROM staff s WHERE s.salon_id = :salon_id
"""  # noqa: S608 - ours

_TIME_OFF = """
    SELECT t.id, t.staff_id, s.name AS staff_name, lower(t.during) AS start,
           upper(t.during) AS end, t.reason, t.status, t.requested_by, t.created_at,
           (SELECT count(DISTINCT a.booking_id) FROM appointments a
            JOIN bookings b ON b.salon_id = a.salon_id AND b.id = a.booking_id
            WHERE a.salon_id = t.salon_id AND a.staff_id = t.staff_id
              AND a.starts_at > :now AND tstzrange(a.starts_at, a.ends_at) && t.during
              AND b.status = 'confirmed') AS coming_visits
    FROM time_off t JOIN staff s ON s.salon_id = t.salon_id AND s.id = t.staff_id
    WHERE t.salon_id = :salon_id
"""


async def list_members(
    session: AsyncSession, *, salon_id: UUID, now: datetime, limit: int = PAGE_LIMIT
) -> list[Member]:
    """The team in the salon's order, those who are hidden last; at most a hundred."""
    rows = await session.execute(
        text(f"{_MEMBERS} ORDER BY NOT s.active, s.position, s.slug LIMIT :limit"),
        {"salon_id": salon_id, "now": now, "limit": min(limit, PAGE_LIMIT)},
    )
    return [_member(row) for row in rows.mappings()]


async def get_member(
    session: AsyncSession, *, salon_id: UUID, staff_id: UUID, now: datetime
) -> Member:
    """One of the team, hidden or not. Raises `NotFound` (`member_not_found`)."""
    rows = await session.execute(
        text(f"{_MEMBERS} AND s.id = :staff_id"),
        {"salon_id": salon_id, "staff_id": staff_id, "now": now},
    )
    row = rows.mappings().one_or_none()
    if row is None:
        raise NotFound("We do not find this person in the team.", code="member_not_found")
    return _member(row)


async def get_roster(
    session: AsyncSession, *, salon_id: UUID, staff_id: UUID, since: date
) -> Roster:
    """The weekly pattern, and the single dates from `since` on (at most a year of them)."""
    rows = await session.execute(
        text("""
            SELECT s.weekday, s.date, s.starts_minute, s.ends_minute,
                   (SELECT coalesce(jsonb_agg(jsonb_build_array(b.starts_minute, b.ends_minute)
                                              ORDER BY b.starts_minute), '[]')
                    FROM shift_breaks b
                    WHERE b.salon_id = s.salon_id AND b.shift_id = s.id) AS breaks
            FROM shifts s
            WHERE s.salon_id = :salon_id AND s.staff_id = :staff_id
              AND (s.date IS NULL OR s.date >= :since)
            ORDER BY s.date NULLS FIRST, s.weekday, s.starts_minute LIMIT 1000
        """),
        {"salon_id": salon_id, "staff_id": staff_id, "since": since},
    )
    week: dict[int, tuple[DayShift, ...]] = {}
    dates: dict[date, tuple[DayShift, ...]] = {}
    for row in rows:
        breaks = tuple(Span(*pause) for pause in row.breaks)
        shift = DayShift(row.starts_minute, row.ends_minute, breaks)
        if row.date is None:
            week[row.weekday] = (*week.get(row.weekday, ()), shift)
        else:
            dates[row.date] = (*dates.get(row.date, ()), shift)
    return Roster(week=week, dates=dates)


async def list_time_off(
    session: AsyncSession,
    *,
    salon_id: UUID,
    now: datetime,
    staff_id: UUID | None = None,
    past: bool = False,
    limit: int = PAGE_LIMIT,
    after: tuple[datetime, UUID] | None = None,
) -> list[TimeOff]:
    """Absences that are not over, the first first, or those that are (`past`), the last first;
    of everybody or of one. `after` is the start and id of the last one seen.
    """
    order, sign = ("DESC", "<") if past else ("ASC", ">")
    seen_start, seen_id = after or (None, None)
    rows = await session.execute(
        text(f"""
            {_TIME_OFF}
              AND (CAST(:staff_id AS uuid) IS NULL OR t.staff_id = :staff_id)
              AND coalesce(upper(t.during) {"<=" if past else ">"} :now, {not past})
              AND (CAST(:seen_start AS timestamptz) IS NULL
                   OR (lower(t.during), t.id) {sign} (:seen_start, CAST(:seen_id AS uuid)))
            ORDER BY lower(t.during) {order}, t.id {order} LIMIT :limit
        """),
        {
            "salon_id": salon_id,
            "staff_id": staff_id,
            "now": now,
            "seen_start": seen_start,
            "seen_id": seen_id,
            "limit": min(limit, PAGE_LIMIT),
        },
    )
    return [TimeOff(**row) for row in rows.mappings()]


async def get_time_off(
    session: AsyncSession, *, salon_id: UUID, time_off_id: UUID, now: datetime
) -> TimeOff:
    """One absence. Raises `NotFound` (`time_off_not_found`)."""
    rows = await session.execute(
        text(f"{_TIME_OFF} AND t.id = :id"),
        {"salon_id": salon_id, "id": time_off_id, "now": now},
    )
    row = rows.mappings().one_or_none()
    if row is None:
        raise NotFound("This time off is not there any more.", code="time_off_not_found")
    return TimeOff(**row)


def _member(row: Any) -> Member:
    return Member(
        **{
            **row,
            "languages": tuple(row["languages"]),
            "service_ids": tuple(row["service_ids"]),
            "picture": shape_of(row["picture"]),
        }
    )
