"""Finds the customer somebody says they are, or makes a new one. Called by the booking verbs."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.profiles.contact import Contact
from openchair.customers.profiles.edit import editable
from openchair.platform.db.driver import driver
from openchair.platform.ids import new_id

_BY_EMAIL = """
    INSERT INTO customers AS known (salon_id, id, name, email, phone, language)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (salon_id, email) WHERE email IS NOT NULL
    DO UPDATE SET phone = coalesce(known.phone, excluded.phone), language = excluded.language
    RETURNING coalesce(merged_into, id) AS id, xmax = 0 AS is_new
"""
_BY_PHONE = """
    SELECT coalesce(merged_into, id) FROM customers
    WHERE salon_id = $1 AND phone = $2 ORDER BY created_at, id LIMIT 1
"""
_KNOWN_EMAIL = "SELECT coalesce(merged_into, id) FROM customers WHERE salon_id = $1 AND email = $2"
_NEW = """
    INSERT INTO customers (salon_id, id, name, email, phone, language)
    VALUES ($1, $2, $3, NULL, $4, $5) RETURNING id
"""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"


@dataclass(frozen=True, slots=True)
class Recognised:
    """A customer, and whether they were made just now."""

    id: UUID
    is_new: bool


async def recognise_customer(
    session: AsyncSession, *, salon_id: UUID, contact: Contact, language: str
) -> Recognised:
    """The salon's customer with this e-mail, else with this phone, else a new one. Who was merged
    into another is recognised as that one.

    The name on file is never changed from outside: anybody can type anybody's address.
    """
    connection = await driver(session)
    if contact.email is not None:
        (row,) = await connection.fetch(
            _BY_EMAIL,
            salon_id,
            new_id(),
            contact.name,
            contact.email,
            contact.phone_e164,
            language,
        )
        return Recognised(row["id"], is_new=row["is_new"])
    await connection.execute(_ONE_AT_A_TIME, f"customer:{salon_id}:{contact.phone_e164}")
    known: UUID | None = await connection.fetchval(_BY_PHONE, salon_id, contact.phone_e164)
    if known is not None:
        return Recognised(known, is_new=False)
    made: UUID = await connection.fetchval(
        _NEW, salon_id, new_id(), contact.name, contact.phone_e164, language
    )
    return Recognised(made, is_new=True)


async def known_customer(session: AsyncSession, *, salon_id: UUID, contact: Contact) -> UUID | None:
    """Whom `recognise_customer` would recognise; nobody is made or changed."""
    connection = await driver(session)
    asked = (
        (_KNOWN_EMAIL, contact.email)
        if contact.email is not None
        else (_BY_PHONE, contact.phone_e164)
    )
    known: UUID | None = await connection.fetchval(asked[0], salon_id, asked[1])
    return known


async def chosen_customer(session: AsyncSession, *, salon_id: UUID, client_id: UUID) -> Recognised:
    """The client whom the team chose from its list. Raises `NotFound`, and `Conflict`
    (`client_gone`) for one who was merged or erased meanwhile.
    """
    client = await editable(session, salon_id=salon_id, client_id=client_id)
    return Recognised(client.id, is_new=False)
