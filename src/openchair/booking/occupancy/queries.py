"""Reads of what a booking takes, by name. Called by `explain`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.models import ResourceRow, StaffRow
from openchair.booking.occupancy.models import OccupancyRow


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
