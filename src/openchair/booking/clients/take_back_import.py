"""Takes an import of clients back, but for those who booked or wait for a time since. Called by
the console.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.imports.take_back import clients_made_by, take_back
from openchair.identity.audit.record import Actor


async def take_back_import(
    session: AsyncSession, *, salon_id: UUID, import_id: UUID, by: Actor
) -> int:
    """Delete the clients that the list made and who have no visit; answers how many. Raises
    `NotFound`, `Conflict`.
    """
    made = await clients_made_by(session, salon_id=salon_id, import_id=import_id)
    keep = await session.scalars(CAME, {"salon_id": salon_id, "ids": made})
    return await take_back(session, salon_id=salon_id, import_id=import_id, keep=list(keep), by=by)


CAME = text("""
    SELECT customer_id FROM bookings
    WHERE salon_id = :salon_id AND customer_id = ANY(CAST(:ids AS uuid[]))
    UNION
    SELECT customer_id FROM waitlist_entries
    WHERE salon_id = :salon_id AND customer_id = ANY(CAST(:ids AS uuid[]))
""")
