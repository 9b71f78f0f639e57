"""What cannot be deleted because bookings tell of it; it is hidden instead.

Called by the plan, which says so, and by the import, which does so.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.models import AppointmentRow, BookingRow
from openchair.booking.catalogue.models import ServiceRow, StaffRow
from openchair.booking.occupancy.models import OccupancyRow
from openchair.salons.queries import get_salon

_SOLD = ("service", "variant", "add-on")


async def bookings_of(
    session: AsyncSession, *, slug: str, entries: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """How many appointments tell of each of these services and people, by kind and slug."""
    salon = await get_salon(session, slug=slug)
    wanted = set(entries)
    found: dict[tuple[str, str], int] = {}
    for kinds, table, column in (
        (_SOLD, ServiceRow, AppointmentRow.service_id),
        (("person",), StaffRow, AppointmentRow.staff_id),
    ):
        slugs = {name for kind, name in wanted if kind in kinds}
        rows = await session.execute(
            select(table.slug, func.count())
            .join(AppointmentRow, column == table.id)
            .where(table.salon_id == salon.id, AppointmentRow.salon_id == salon.id)
            .where(table.slug.in_(slugs))
            .group_by(table.slug)
        )
        counts = {row[0]: row[1] for row in rows}
        found |= {(k, name): counts[name] for k, name in wanted if k in kinds and name in counts}
    return found


async def booked_services(session: AsyncSession, *, salon_id: UUID, ids: list[UUID]) -> set[UUID]:
    """Those of the services that some booking tells of."""
    rows = await session.scalars(
        select(AppointmentRow.service_id)
        .where(AppointmentRow.salon_id == salon_id, AppointmentRow.service_id.in_(ids))
        .distinct()
    )
    return set(rows)


async def booked_staff(session: AsyncSession, *, salon_id: UUID, ids: list[UUID]) -> set[UUID]:
    """Those of the people that some booking tells of."""
    rows = await session.scalars(
        select(AppointmentRow.staff_id)
        .where(AppointmentRow.salon_id == salon_id, AppointmentRow.staff_id.in_(ids))
        .distinct()
    )
    return set(rows)


async def taken_resources(session: AsyncSession, *, salon_id: UUID, ids: list[UUID]) -> set[UUID]:
    """Those of the chairs, rooms and devices that are or were taken."""
    rows = await session.scalars(
        select(OccupancyRow.resource_id)
        .where(OccupancyRow.salon_id == salon_id, OccupancyRow.resource_id.in_(ids))
        .distinct()
    )
    return set(rows)


async def has_bookings(session: AsyncSession, *, salon_id: UUID) -> bool:
    """Whether anybody ever booked there."""
    found = await session.scalar(
        select(BookingRow.id).where(BookingRow.salon_id == salon_id).limit(1)
    )
    return found is not None
