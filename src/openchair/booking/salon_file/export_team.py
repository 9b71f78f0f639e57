"""The people of a salon as its file writes them: skills, shifts, absences.

Called by `export.py`.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.models import (
    ShiftBreakRow,
    ShiftRow,
    StaffRow,
    StaffServiceRow,
    TimeOffRow,
)
from openchair.booking.salon_file.canonical import Terms, fold
from openchair.booking.salon_file.hours import Shift, Span, begins_at, ends_at
from openchair.booking.salon_file.schema import WEEKDAYS, Category
from openchair.salons.queries import Salon

Worked = tuple[ShiftRow, Shift]


async def export_team(
    session: AsyncSession,
    *,
    salon: Salon,
    price_list: Sequence[Category],
    bookable: dict[UUID, str],
) -> tuple[list[dict[str, Any]], dict[UUID, str]]:
    """Everybody who serves clients, in the salon's order, and their slugs by id."""
    rows = list(
        await session.scalars(
            select(StaffRow)
            .where(StaffRow.salon_id == salon.id, StaffRow.active)
            .order_by(StaffRow.position, StaffRow.slug)
        )
    )
    terms = await _terms(session, salon_id=salon.id, bookable=bookable)
    shifts = await _shifts(session, salon_id=salon.id)
    absences = await _absences(session, salon=salon)
    team = [
        {
            "slug": row.slug,
            "name": row.name,
            "title": row.title,
            "bio": row.bio,
            "colour": row.colour,
            "languages": row.languages,
            "services": fold(price_list, terms.get(row.id, {})),
            "hours": _week(shifts.get(row.id, ())),
            "dated_hours": _dated(shifts.get(row.id, ())),
            "time_off": absences.get(row.id, ()),
        }
        for row in rows
    ]
    return team, {row.id: row.slug for row in rows}


async def _terms(
    session: AsyncSession, *, salon_id: UUID, bookable: dict[UUID, str]
) -> dict[UUID, dict[str, Terms]]:
    found: dict[UUID, dict[str, Terms]] = {}
    for row in await session.scalars(
        select(StaffServiceRow).where(StaffServiceRow.salon_id == salon_id)
    ):
        if row.service_id in bookable:
            own = Terms(row.price_minor, row.active_minutes, row.finish_minutes)
            found.setdefault(row.staff_id, {})[bookable[row.service_id]] = own
    return found


async def _shifts(session: AsyncSession, *, salon_id: UUID) -> dict[UUID, list[Worked]]:
    pauses: dict[UUID, list[Span]] = {}
    for pause in await session.scalars(
        select(ShiftBreakRow)
        .where(ShiftBreakRow.salon_id == salon_id)
        .order_by(ShiftBreakRow.starts_minute)
    ):
        pauses.setdefault(pause.shift_id, []).append(Span(pause.starts_minute, pause.ends_minute))
    found: dict[UUID, list[Worked]] = {}
    for row in await session.scalars(
        select(ShiftRow).where(ShiftRow.salon_id == salon_id).order_by(ShiftRow.starts_minute)
    ):
        shift = Shift(row.starts_minute, row.ends_minute, tuple(pauses.get(row.id, ())))
        found.setdefault(row.staff_id, []).append((row, shift))
    return found


def _week(shifts: Sequence[Worked]) -> dict[str, list[Shift]]:
    return {
        day: [shift for row, shift in shifts if row.weekday == number]
        for number, day in enumerate(WEEKDAYS)
    }


def _dated(shifts: Sequence[Worked]) -> list[dict[str, Any]]:
    days = sorted({row.date for row, _ in shifts if row.date is not None})
    return [
        {"date": day, "hours": [shift for row, shift in shifts if row.date == day]} for day in days
    ]


async def _absences(session: AsyncSession, *, salon: Salon) -> dict[UUID, list[dict[str, Any]]]:
    zone = ZoneInfo(salon.time_zone)
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in await session.scalars(
        select(TimeOffRow).where(TimeOffRow.salon_id == salon.id).order_by(TimeOffRow.during)
    ):
        starts: Any = row.during.lower
        ends = row.during.upper
        absence = {
            "begins": begins_at(starts, zone),
            "ends": None if ends is None else ends_at(ends, zone),
            "reason": row.reason,
        }
        found.setdefault(row.staff_id, []).append(absence)
    return found
