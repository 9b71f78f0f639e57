"""The one customer who stands for all who walk in without a name. Called when one sits down."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.driver import driver
from openchair.platform.ids import new_id

_MAKE = """
    INSERT INTO customers (salon_id, id, name, language, kind)
    VALUES ($1, $2, $3, $4, 'walk_in')
    ON CONFLICT (salon_id) WHERE kind = 'walk_in' DO NOTHING
    RETURNING id
"""
_FIND = "SELECT id FROM customers WHERE salon_id = $1 AND kind = 'walk_in'"


async def walk_in_customer(
    session: AsyncSession, *, salon_id: UUID, name: str, language: str
) -> UUID:
    """The salon's customer for walk-ins, made with this `name` when the first one comes."""
    connection = await driver(session)
    found: UUID | None = await connection.fetchval(_FIND, salon_id)
    if found is None:
        found = await connection.fetchval(_MAKE, salon_id, new_id(), name, language)
    if found is None:  # somebody else made it between the two statements
        found = await connection.fetchval(_FIND, salon_id)
    if found is None:
        raise RuntimeError("the customer for walk-ins was neither found nor made")
    return found
