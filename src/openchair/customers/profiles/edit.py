"""Changes what is on file about a client: who they are, how to reach them, what they do not bear.

The audit log keeps what stood there before.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.profiles.acts import record_act
from openchair.customers.profiles.add import clean_for_list, refuse_known, spoken
from openchair.customers.profiles.queries import Client, get_client
from openchair.customers.profiles.words import clean_lines
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Conflict
from openchair.salons.queries import Salon

ALLERGIES_LENGTH = 500


async def edit_client(
    session: AsyncSession,
    *,
    salon: Salon,
    client_id: UUID,
    name: str,
    email: str,
    phone: str,
    language: str,
    by: Actor,
) -> bool:
    """Whether anything changed. An empty mail or phone takes it off.

    Raises `NotFound`, `Invalid` on a field of `customer`, `Conflict` (`client_known`,
    `client_gone`).
    """
    before = await editable(session, salon_id=salon.id, client_id=client_id)
    after = clean_for_list(salon=salon, name=name, email=email, phone=phone)
    await refuse_known(session, salon_id=salon.id, email=after["email"], except_id=client_id)
    after["language"] = spoken(salon, language)
    return await _change(session, before, after, salon_id=salon.id, by=by, action="edit")


async def set_allergies(
    session: AsyncSession, *, salon_id: UUID, client_id: UUID, allergies: str, by: Actor
) -> bool:
    """Whether it reads differently now. Raises `NotFound`, `Invalid` on `allergies`, `Conflict`
    (`client_gone`).
    """
    said = clean_lines(allergies, field="allergies", most=ALLERGIES_LENGTH)
    before = await editable(session, salon_id=salon_id, client_id=client_id)
    return await _change(
        session, before, {"allergies": said}, salon_id=salon_id, by=by, action="allergies"
    )


async def editable(session: AsyncSession, *, salon_id: UUID, client_id: UUID) -> Client:
    """The client, kept from others until the transaction ends. Raises `Conflict` (`client_gone`)
    for one who was merged or erased, and for the row of the walk-ins.
    """
    client = await get_client(session, salon_id=salon_id, client_id=client_id, lock=True)
    if client.kind != "person" or client.merged_into or client.erased_at:
        raise Conflict(
            "This client was merged or erased meanwhile. Nothing was changed.", code="client_gone"
        )
    return client


async def _change(
    session: AsyncSession,
    before: Client,
    after: Mapping[str, str | None],
    *,
    salon_id: UUID,
    by: Actor,
    action: str,
) -> bool:
    changed = {name: value for name, value in after.items() if getattr(before, name) != value}
    if not changed:
        return False
    kept = {name: getattr(before, name) for name in ("name", "email", "phone", "language")}
    values = {**kept, "allergies": before.allergies, **after, "salon_id": salon_id, "id": before.id}
    await session.execute(_UPDATE, values)
    await record_act(
        session,
        salon_id=salon_id,
        client_id=before.id,
        action=action,
        by=by,
        said={"before": {name: getattr(before, name) for name in changed}, "after": changed},
    )
    return True


_UPDATE = text("""
    UPDATE customers
    SET name = :name, email = :email, phone = :phone, language = :language, allergies = :allergies
    WHERE salon_id = :salon_id AND id = :id
""")
