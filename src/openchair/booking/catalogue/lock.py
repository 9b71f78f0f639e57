"""Lets two who change the same person at once do it one after the other. Called by the verbs of the
team and of the calendar feeds, before they read what they change.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.models import StaffRow
from openchair.platform.errors import NotFound


async def lock_staff(session: AsyncSession, *, salon_id: UUID, staff_id: UUID) -> None:
    """Hold the person until the transaction ends; bookings go on meanwhile.

    Raises `NotFound` (`member_not_found`) for nobody of this salon.
    """
    found = await session.scalar(
        select(StaffRow.id)
        .where(StaffRow.salon_id == salon_id, StaffRow.id == staff_id)
        .with_for_update(key_share=True)
    )
    if found is None:
        raise NotFound("We do not find this person in the team.", code="member_not_found")
