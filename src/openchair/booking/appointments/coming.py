"""How many visits are still to come for services. Called before one of them is archived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.models import AppointmentRow, BookingRow

EXPECTED = ("confirmed", "arrived", "in_chair")


@dataclass(frozen=True, slots=True)
class Coming:
    """Visits to come, and when the first and the last of them begin."""

    count: int
    first: datetime | None
    last: datetime | None


async def coming_visits(
    session: AsyncSession, *, salon_id: UUID, service_ids: Sequence[UUID], now: datetime
) -> Coming:
    """Visits from `now` on in which one of these services is done."""
    row = (
        await session.execute(
            select(
                func.count(func.distinct(BookingRow.id)),
                func.min(AppointmentRow.starts_at),
                func.max(AppointmentRow.starts_at),
            )
            .join(
                BookingRow,
                (BookingRow.salon_id == AppointmentRow.salon_id)
                & (BookingRow.id == AppointmentRow.booking_id),
            )
            .where(
                AppointmentRow.salon_id == salon_id,
                AppointmentRow.service_id.in_(service_ids),
                AppointmentRow.ends_at > now,
                BookingRow.status.in_(EXPECTED),
            )
        )
    ).one()
    return Coming(*row)
