"""Those who can be called, as plain data that a file can keep: the watcher escalates by it while
the database is away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.oncall.contact import Contact
from openchair.operations.oncall.queries import list_contacts
from openchair.operations.oncall.roles import TIERS, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """Somebody who is called, with confirmed addresses only; a vendor with what is known of it."""

    id: UUID
    name: str
    role: str
    tier: Tier
    rank: int
    email: str | None
    phone: str | None
    url: str | None


async def take_snapshot(session: AsyncSession) -> list[dict[str, Any]]:
    """Everybody who is not away, in the order in which they are called, as JSON data."""
    contacts = await list_contacts(session, only_active=True)
    return [{**asdict(each), "id": str(each.id)} for each in map(on_call, contacts)]


def read_snapshot(data: Sequence[Mapping[str, Any]]) -> tuple[OnCall, ...]:
    """What `take_snapshot` made, after it was in a file. Raises `KeyError` or `ValueError` for
    anything else.
    """
    return tuple(
        OnCall(
            id=UUID(each["id"]),
            name=str(each["name"]),
            role=str(each["role"]),
            tier=TIERS[TIERS.index(each["tier"])],
            rank=int(each["rank"]),
            email=each["email"],
            phone=each["phone"],
            url=each["url"],
        )
        for each in data
    )


def of_tier(people: Sequence[OnCall], tier: Tier) -> tuple[OnCall, ...]:
    """Those of a tier who can be reached at all, in the order in which they are called."""
    found = [each for each in people if each.tier == tier and (each.email or each.phone)]
    return tuple(sorted(found, key=lambda each: (each.rank, each.name)))


def on_call(contact: Contact) -> OnCall:
    """The contact with what may be used of it. Vendors confirm nothing: theirs are public."""
    vendor = contact.tier == "vendor"
    return OnCall(
        id=contact.id,
        name=contact.name,
        role=contact.role,
        tier=contact.tier,
        rank=contact.rank,
        email=contact.email if vendor else contact.reachable_email,
        phone=contact.phone if vendor else contact.reachable_phone,
        url=contact.url,
    )
