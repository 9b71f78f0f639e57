"""Takes the waitlist of a salon, or one entry of it, for changing until the transaction ends."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.waitlist.queries import Entry, get_entry
from openchair.platform.db.driver import driver


async def lock_waitlist(session: AsyncSession, *, salon_id: UUID) -> None:
    """Nobody else gives out times of this salon meanwhile: two workers that look for who comes
    next would find the same person.
    """
    connection = await driver(session)
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"waitlist:{salon_id}"
    )


async def lock_entry(session: AsyncSession, *, salon_id: UUID, entry_id: UUID) -> Entry:
    """The entry as it is now, locked. Raises `NotFound` (`waitlist_not_found`)."""
    connection = await driver(session)
    await connection.execute(
        "SELECT FROM waitlist_entries WHERE salon_id = $1 AND id = $2 FOR NO KEY UPDATE",
        salon_id,
        entry_id,
    )
    return await get_entry(session, salon_id=salon_id, entry_id=entry_id)
