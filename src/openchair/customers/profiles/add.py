"""Puts somebody on the salon's list of clients, as the desk does on the telephone."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.profiles.acts import record_act
from openchair.customers.profiles.contact import clean_email, clean_name, clean_phone
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Conflict
from openchair.platform.ids import new_id
from openchair.salons.queries import Salon


async def add_client(
    session: AsyncSession,
    *,
    salon: Salon,
    name: str,
    email: str = "",
    phone: str = "",
    language: str = "",
    by: Actor,
) -> UUID:
    """The new client's id. Mail and phone may be missing; `language` is one of the salon's.

    Raises `Invalid` on a field of `customer`; `Conflict` (`client_known`, with the `client_id` and
    `name` of who has the address) when the mail address is on the list.
    """
    contact = clean_for_list(salon=salon, name=name, email=email, phone=phone)
    await refuse_known(session, salon_id=salon.id, email=contact["email"])
    client_id = new_id()
    kept = {**contact, "language": spoken(salon, language)}
    await session.execute(_INSERT, {"salon_id": salon.id, "id": client_id, **kept})
    await record_act(
        session,
        salon_id=salon.id,
        client_id=client_id,
        action="create",
        by=by,
        said={"after": kept},
    )
    return client_id


def clean_for_list(*, salon: Salon, name: str, email: str, phone: str) -> dict[str, str | None]:
    """Name, mail and phone as they are kept. The team also keeps whom it cannot reach."""
    country = salon.location.country
    return {
        "name": clean_name(name),
        "email": clean_email(email) if email.strip() else None,
        "phone": clean_phone(phone, country=country) if phone.strip() else None,
    }


def spoken(salon: Salon, language: str) -> str:
    """A language that the salon writes in."""
    return language if language in salon.languages else salon.default_language


async def refuse_known(
    session: AsyncSession, *, salon_id: UUID, email: str | None, except_id: UUID | None = None
) -> None:
    """Raises `Conflict` (`client_known`) when somebody else has this mail address."""
    values = {"salon_id": salon_id, "email": email, "id": except_id or UUID(int=0)}
    known = (await session.execute(_KNOWN, values)).one_or_none() if email else None
    if known is not None:
        raise Conflict(
            "This mail address belongs to another client already.",
            code="client_known",
            field="customer.email",
            details={"client_id": str(known.id), "name": known.name},
        )


_INSERT = text("""
    INSERT INTO customers (salon_id, id, name, email, phone, language)
    VALUES (:salon_id, :id, :name, :email, :phone, :language)
""")
_KNOWN = text("""
    SELECT id, name FROM customers WHERE salon_id = :salon_id AND email = :email AND id <> :id
""")
