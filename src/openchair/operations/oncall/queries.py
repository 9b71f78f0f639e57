"""Reads the contacts. For commands, pages, escalation and the communication test."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.oncall.contact import Contact
from openchair.operations.oncall.models import ContactRow
from openchair.operations.oncall.roles import ROLES, TIERS, Role, known_role
from openchair.platform.errors import Invalid, NotFound

MOST_CONTACTS = 200
"""As many as there can be: `contacts.py` refuses more, so that every list is whole."""


async def list_contacts(session: AsyncSession, *, only_active: bool = False) -> list[Contact]:
    """All of them in the order in which they are called: technical, business, vendor, by rank."""
    wanted = select(ContactRow).limit(MOST_CONTACTS)
    if only_active:
        wanted = wanted.where(ContactRow.is_active)
    found = [view(row) for row in await session.scalars(wanted)]
    return sorted(found, key=lambda each: (TIERS.index(each.tier), each.rank, each.name))


async def get_contact(session: AsyncSession, *, name: str) -> Contact:
    """The contact of that name, in any case. Raises `NotFound`, `Invalid` when two share it."""
    return view(await row_of(session, name=name))


def missing_roles(contacts: Sequence[Contact]) -> tuple[Role, ...]:
    """The runbooks' roles that nobody has who can be called at present."""
    filled = {role.name for each in contacts if each.is_active and (role := known_role(each.role))}
    return tuple(role for role in ROLES if role.name not in filled)


async def row_of(session: AsyncSession, *, name: str, locked: bool = False) -> ContactRow:
    """The row behind `get_contact`, for the verbs of this room."""
    plain = " ".join(name.split())
    wanted = select(ContactRow).where(func.lower(ContactRow.name) == plain.lower()).limit(2)
    rows = list(await session.scalars(wanted.with_for_update() if locked else wanted))
    if not rows:
        raise NotFound(f"There is no contact {plain!r}. openchair contacts list shows them.")
    if len(rows) > 1:
        raise Invalid(f"Two contacts are called {plain!r}; please rename one.", field="name")
    return rows[0]


def view(row: ContactRow) -> Contact:
    """The row as readers see it."""
    return Contact(
        id=row.id,
        name=row.name,
        role=row.role,
        tier=next(tier for tier in TIERS if tier == row.tier),
        rank=row.rank,
        email=row.email,
        phone=row.phone,
        url=row.url,
        email_verified_at=row.email_verified_at,
        phone_verified_at=row.phone_verified_at,
        code_sent_at=row.code_sent_at if row.code_hash else None,
        reached_at=row.reached_at,
        is_active=row.is_active,
    )
