"""Takes a booking for changing: nobody else changes it until the transaction ends."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.platform.db.driver import driver


async def lock_booking(session: AsyncSession, *, salon_id: UUID, booking_id: UUID) -> Booking:
    """The booking as it is now, locked. Raises `NotFound` (`booking_not_found`)."""
    connection = await driver(session)
    await connection.execute(
        "SELECT FROM bookings WHERE salon_id = $1 AND id = $2 FOR NO KEY UPDATE",
        salon_id,
        booking_id,
    )
    return await get_booking_by_id(session, booking_id=booking_id, salon_id=salon_id)
