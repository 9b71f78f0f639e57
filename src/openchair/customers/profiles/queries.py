"""Reads of the salon's customers. Called by doors, which join them to what other rooms know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.errors import NotFound

MOST_ADDRESSES = 500
MOST_NAMES = 3
MOST_FOUND = 200


async def names_at(
    session: AsyncSession, *, salon_id: UUID, addresses: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Who is reached at these mail addresses (in any case) and phone numbers (E.164), by the
    address as it was given: the first three on file, as a family may share a phone. One statement;
    of more than five hundred addresses the first.
    """
    asked = list(dict.fromkeys(addresses))[:MOST_ADDRESSES]
    if not asked:
        return {}
    rows = await session.execute(
        NAMES,
        {"salon_id": salon_id, "addresses": [each.lower() for each in asked], "most": MOST_NAMES},
    )
    found = {row.address: tuple(dict.fromkeys(row.names)) for row in rows}
    return {each: found[each.lower()] for each in asked if each.lower() in found}


async def addresses_of(session: AsyncSession, *, salon_id: UUID, part: str) -> list[str]:
    """The mail addresses and phone numbers of the clients who have `part` in their name or in one
    of these; of the two hundred newest.
    """
    rows = await session.execute(
        ADDRESSES, {"salon_id": salon_id, "part": part.lower(), "limit": MOST_FOUND}
    )
    return [address for row in rows for address in row if address]


ADDRESSES = text("""
    SELECT email, phone FROM customers
    WHERE salon_id = :salon_id AND (strpos(lower(name), :part) > 0
        OR strpos(coalesce(email, ''), :part) > 0 OR strpos(coalesce(phone, ''), :part) > 0)
    ORDER BY created_at DESC, id DESC LIMIT :limit
""")

NAMES = text("""
    SELECT address, (array_agg(name ORDER BY created_at, id))[1:CAST(:most AS integer)] AS names
    FROM (
        SELECT email AS address, name, created_at, id FROM customers
        WHERE salon_id = :salon_id AND email = ANY(CAST(:addresses AS text[]))
        UNION ALL
        SELECT phone, name, created_at, id FROM customers
        WHERE salon_id = :salon_id AND phone = ANY(CAST(:addresses AS text[]))
    ) AS reached
    GROUP BY address
""")


@dataclass(frozen=True, slots=True)
class Client:
    """A client as the team knows them; `phone` in E.164, `allergies` in the team's words."""

    id: UUID
    kind: str
    name: str
    email: str | None
    phone: str | None
    language: str
    allergies: str
    created_at: datetime
    merged_into: UUID | None
    erased_at: datetime | None


async def get_client(
    session: AsyncSession, *, salon_id: UUID, client_id: UUID, lock: bool = False
) -> Client:
    """This client of this salon, also one who was merged or erased; with `lock` until the
    transaction ends. Raises `NotFound` (`client_not_found`).
    """
    values = {"salon_id": salon_id, "id": client_id}
    row = (await session.execute(LOCKED_CLIENT if lock else CLIENT, values)).one_or_none()
    if row is None:
        raise NotFound("There is no such client. Please look again.", code="client_not_found")
    return Client(*row)


_CLIENT = """
    SELECT id, kind, name, email, phone, language, allergies, created_at, merged_into, erased_at
    FROM customers WHERE salon_id = :salon_id AND id = :id
"""
CLIENT = text(_CLIENT)
LOCKED_CLIENT = text(f"{_CLIENT} FOR UPDATE")
