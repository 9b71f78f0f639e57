"""Reads of blocked time, and of whose it is. Called by the verbs beside it and by the doors."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.driver import driver
from openchair.platform.errors import NotFound

MOST_IN_THE_WAY = 20


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch `[start, end)` of one person, or of one chair, room or device, in UTC."""

    id: UUID
    salon_id: UUID
    staff_id: UUID | None
    resource_id: UUID | None
    name: str
    start: datetime
    end: datetime
    reason: str

    @property
    def subject_id(self) -> UUID:
        """Whose time it is."""
        return self.staff_id or self.resource_id or UUID(int=0)


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What takes some of a stretch: a visit of `client`, another block, or somebody typing."""

    kind: Literal["visit", "block", "hold"]
    client: str
    booking_id: UUID | None
    start: datetime
    end: datetime


_BLOCK = """
    SELECT b.id, b.salon_id, b.staff_id, b.resource_id, coalesce(t.name, r.name),
           lower(b.during), upper(b.during), b.reason
    FROM blocks b
    LEFT JOIN staff t ON t.salon_id = b.salon_id AND t.id = b.staff_id
    LEFT JOIN resources r ON r.salon_id = b.salon_id AND r.id = b.resource_id
    WHERE b.salon_id = $1 AND b.id = $2
"""
_SUBJECT = """
    SELECT name, true FROM staff WHERE salon_id = $1 AND id = $2
    UNION ALL SELECT name, false FROM resources WHERE salon_id = $1 AND id = $2
"""
_IN_THE_WAY = """
    SELECT CASE WHEN o.booking_id IS NOT NULL THEN 'visit'
                WHEN o.block_id IS NOT NULL THEN 'block' ELSE 'hold' END,
           coalesce(v.contact_name, ''), o.booking_id, lower(o.during), upper(o.during)
    FROM occupancy o
    LEFT JOIN bookings v ON v.salon_id = o.salon_id AND v.id = o.booking_id
    WHERE o.salon_id = $1 AND o.resource_id = $2 AND o.during && tstzrange($3, $4)
      AND (o.expires_at IS NULL OR o.expires_at > $5)
    ORDER BY lower(o.during), o.id LIMIT $6
"""


async def get_block(session: AsyncSession, *, salon_id: UUID, block_id: UUID) -> Block:
    """The block of this id. Raises `NotFound` (`block_not_found`)."""
    connection = await driver(session)
    row = await connection.fetchrow(_BLOCK, salon_id, block_id)
    if row is None:
        raise block_gone()
    return Block(*row)


def block_gone() -> NotFound:
    """Nothing is blocked there, or not any more."""
    return NotFound(
        "This time is not blocked any more. Please look at the day again.", code="block_not_found"
    )


async def name_of_subject(session: AsyncSession, *, salon_id: UUID, subject_id: UUID) -> str:
    """Of a person or a thing of this salon. Raises `NotFound` (`subject_not_found`)."""
    connection = await driver(session)
    row = await connection.fetchrow(_SUBJECT, salon_id, subject_id)
    if row is None:
        raise NotFound(
            "We do not know whose time this is. Please choose somebody from the team.",
            code="subject_not_found",
        )
    name: str = row[0]
    return name


async def in_the_way(
    session: AsyncSession,
    *,
    salon_id: UUID,
    subject_id: UUID,
    start: datetime,
    end: datetime,
    now: datetime,
) -> list[InTheWay]:
    """What takes any of this person's or thing's time, by start; at most twenty."""
    connection = await driver(session)
    rows = await connection.fetch(
        _IN_THE_WAY, salon_id, subject_id, start, end, now, MOST_IN_THE_WAY
    )
    return [InTheWay(*row) for row in rows]
