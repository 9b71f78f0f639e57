"""Which visits belong together, as a series or as a group. Read by the visit's page."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.driver import driver

MOST = 200


@dataclass(frozen=True, slots=True)
class Sibling:
    """One visit of a series or group; `start` in UTC."""

    id: UUID
    start: datetime
    status: str
    client: str


@dataclass(frozen=True, slots=True)
class Series:
    """A series and all its visits by start."""

    id: UUID
    every_weeks: int
    until: date
    visits: tuple[Sibling, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people who come together, by start."""

    id: UUID
    name: str
    visits: tuple[Sibling, ...]


_VISITS = """
    SELECT id, appointment_date, status, contact_name FROM bookings
    WHERE salon_id = $1 AND {column} = $2 ORDER BY appointment_date, id LIMIT $3
"""


async def series_of(session: AsyncSession, *, salon_id: UUID, series_id: UUID) -> Series | None:
    """The series, or None when there is none of this id here."""
    connection = await driver(session)
    row = await connection.fetchrow(
        "SELECT every_weeks, until FROM booking_series WHERE salon_id = $1 AND id = $2",
        salon_id,
        series_id,
    )
    if row is None:
        return None
    visits = await _visits(session, salon_id, "series_id", series_id)
    return Series(series_id, row["every_weeks"], row["until"], visits)


async def group_of(session: AsyncSession, *, salon_id: UUID, group_id: UUID) -> Group | None:
    """The group, or None when there is none of this id here."""
    connection = await driver(session)
    name = await connection.fetchval(
        "SELECT name FROM booking_groups WHERE salon_id = $1 AND id = $2", salon_id, group_id
    )
    if name is None:
        return None
    return Group(group_id, name, await _visits(session, salon_id, "group_id", group_id))


async def _visits(
    session: AsyncSession, salon_id: UUID, column: str, value: UUID
) -> tuple[Sibling, ...]:
    connection = await driver(session)
    rows = await connection.fetch(_VISITS.format(column=column), salon_id, value, MOST)
    return tuple(Sibling(*row) for row in rows)
