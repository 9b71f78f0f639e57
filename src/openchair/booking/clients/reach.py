"""Everything by which a client is known in other rooms: ids, visits, messages, addresses. Called by
whoever hands their data over or erases it.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.tell import reference as visit_reference
from openchair.booking.waitlist.tell import reference as waiting_reference


@dataclass(frozen=True, slots=True)
class Reach:
    """`clients` are the client and all who were merged into them; `addresses` only those that
    nobody else of the salon's clients has: a family may share a telephone.
    """

    clients: tuple[UUID, ...]
    visits: tuple[UUID, ...]
    waiting: tuple[UUID, ...]
    addresses: tuple[str, ...]

    @property
    def references(self) -> list[str]:
        """How messages name what they are about."""
        return [
            *(visit_reference(each) for each in self.visits),
            *(waiting_reference(each) for each in self.waiting),
            *(f"customer:{each}" for each in self.clients),
        ]

    @property
    def things(self) -> list[tuple[str, str]]:
        """How the audit log names them."""
        return [
            *(("customer", str(each)) for each in self.clients),
            *(("booking", str(each)) for each in self.visits),
            *(("waitlist_entry", str(each)) for each in self.waiting),
        ]


async def reach_of(session: AsyncSession, *, salon_id: UUID, client_id: UUID) -> Reach:
    """By one statement."""
    row = (await session.execute(REACH, {"salon_id": salon_id, "id": client_id})).one()
    return Reach(
        clients=tuple(row.clients),
        visits=tuple(row.visits),
        waiting=tuple(row.waiting),
        addresses=tuple(row.addresses),
    )


REACH = text("""
    WITH clients AS (
        SELECT id, email, phone FROM customers
        WHERE salon_id = :salon_id AND (id = :id OR merged_into = :id)
    ), visits AS (
        SELECT id, contact_email, contact_phone FROM bookings
        WHERE salon_id = :salon_id AND customer_id IN (SELECT id FROM clients)
    ), waiting AS (
        SELECT id, contact_email, contact_phone FROM waitlist_entries
        WHERE salon_id = :salon_id AND customer_id IN (SELECT id FROM clients)
    ), addresses AS (
        SELECT lower(email) AS address FROM clients UNION SELECT phone FROM clients
        UNION SELECT lower(contact_email) FROM visits UNION SELECT contact_phone FROM visits
        UNION SELECT lower(contact_email) FROM waiting UNION SELECT contact_phone FROM waiting
    )
    SELECT ARRAY(SELECT id FROM clients) AS clients, ARRAY(SELECT id FROM visits) AS visits,
        ARRAY(SELECT id FROM waiting) AS waiting,
        ARRAY(
            SELECT address FROM addresses WHERE address IS NOT NULL AND NOT EXISTS (
                SELECT FROM customers AS other
                WHERE other.salon_id = :salon_id AND other.id NOT IN (SELECT id FROM clients)
                    AND (other.email = address OR other.phone = address))
        ) AS addresses
""")
