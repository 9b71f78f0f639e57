"""Reads of what a booking takes. Called by `explain` and by the history of a visit."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.models import ResourceRow, StaffRow
from openchair.booking.occupancy.models import OccupancyRow
from openchair.platform.db.driver import driver


@dataclass(frozen=True, slots=True)
class Taken:
    """One stretch, inside start and outside end. `name` is empty for the client."""

    kind: str
    name: str
    start: datetime
    end: datetime
    state: str


async def taken_by(session: AsyncSession, *, salon_id: UUID, booking_id: UUID) -> list[Taken]:
    """Everybody and everything a booking takes now, by start; a cancelled one takes nothing."""
    mine = OccupancyRow.salon_id == salon_id
    rows = await session.execute(
        select(
            OccupancyRow.kind,
            func.coalesce(StaffRow.name, ResourceRow.name, ""),
            func.lower(OccupancyRow.during).label("starts"),
            func.upper(OccupancyRow.during),
            OccupancyRow.state,
        )
        .outerjoin(
            StaffRow,
            (StaffRow.salon_id == OccupancyRow.salon_id)
            & (StaffRow.id == OccupancyRow.resource_id),
        )
        .outerjoin(
            ResourceRow,
            (ResourceRow.salon_id == OccupancyRow.salon_id)
            & (ResourceRow.id == OccupancyRow.resource_id),
        )
        .where(mine, OccupancyRow.booking_id == booking_id)
        .order_by("starts", OccupancyRow.kind)
    )
    return [Taken(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of one person or thing, as it is kept; inside start and outside end."""

    resource_id: UUID
    kind: str
    start: datetime
    end: datetime
    state: str


async def stretches_of(session: AsyncSession, *, salon_id: UUID, booking_id: UUID) -> list[Stretch]:
    """Everything a booking takes now, in an order of its own."""
    connection = await driver(session)
    rows = await connection.fetch(
        """
        SELECT resource_id, kind, lower(during), upper(during), state
        FROM occupancy WHERE salon_id = $1 AND booking_id = $2
        ORDER BY resource_id, lower(during), kind
        """,
        salon_id,
        booking_id,
    )
    return [Stretch(*row) for row in rows]
