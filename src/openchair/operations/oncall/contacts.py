"""Adds, changes and removes those who are called when something breaks; each is in the audit log.
For commands and pages.
"""

from dataclasses import asdict, replace
from typing import Any, TypedDict

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.operations.oncall.contact import Contact, Entry, checked, masked
from openchair.operations.oncall.models import ContactRow
from openchair.operations.oncall.queries import MOST_CONTACTS, row_of, view
from openchair.operations.oncall.roles import LAST, Tier, check_role, known_role
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.ids import new_id

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('contacts'))")


class Changes(TypedDict, total=False):
    """What of a contact is to be another; what is not named stays."""

    name: str
    role: str
    tier: Tier
    rank: int
    email: str | None
    phone: str | None
    url: str | None
    is_active: bool


async def add_contact(
    session: AsyncSession,
    *,
    name: str,
    role: str,
    tier: Tier | None = None,
    rank: int | None = None,
    email: str | None = None,
    phone: str | None = None,
    url: str | None = None,
    by: Actor,
) -> Contact:
    """A new contact, none of whose addresses is confirmed. Tier and rank are the role's unless
    given. Raises `Invalid`, and `Conflict` for a name that is taken.
    """
    role = check_role(role)
    known = known_role(role)
    if known is None and tier is None:
        raise Invalid("Please name the tier of this role: technical or business.", field="tier")
    entry = checked(
        Entry(
            name=name,
            role=role,
            tier=tier or (known.tier if known else "technical"),
            rank=rank or (known.rank if known else LAST),
            email=email,
            phone=phone,
            url=url or (known.url if known else None),
        )
    )
    await session.execute(_ONE_AT_A_TIME)
    count = await session.scalar(select(func.count()).select_from(ContactRow))
    if (count or 0) >= MOST_CONTACTS:
        raise Conflict(f"There are {MOST_CONTACTS} contacts already; please remove some first.")
    await _refuse_taken(session, entry.name)
    row = ContactRow(id=new_id(), code_tries=0, **asdict(entry))
    session.add(row)
    await session.flush()
    await _written(session, "create", row, by=by, told=_told(entry))
    return view(row)


async def change_contact(
    session: AsyncSession, *, name: str, changes: Changes, by: Actor
) -> Contact:
    """The contact as it is afterwards; an address that became another has to be confirmed anew.

    Raises `NotFound`, `Invalid`, and `Conflict` for a name that is taken.
    """
    await session.execute(_ONE_AT_A_TIME)
    row = await row_of(session, name=name, locked=True)
    before = _entry(row)
    entry = checked(_wanted(before, changes))
    if entry.name.lower() != before.name.lower():
        await _refuse_taken(session, entry.name)
    if entry == before:
        return view(row)
    for field, value in asdict(entry).items():
        setattr(row, field, value)
    if entry.email != before.email:
        row.email_verified_at = row.code_hash = None
    if entry.phone != before.phone:
        row.phone_verified_at = row.code_hash = None
    await session.flush()
    stood, stands = asdict(before), asdict(entry)
    differ = [field for field in stands if stands[field] != stood[field]]
    told = {
        "before": {field: _told(before)[field] for field in differ},
        "after": {field: _told(entry)[field] for field in differ},
    }
    await _written(session, "change", row, by=by, told=told)
    return view(row)


async def remove_contact(session: AsyncSession, *, name: str, by: Actor) -> Contact:
    """Forget somebody; what stood there. Raises `NotFound`."""
    row = await row_of(session, name=name, locked=True)
    gone = view(row)
    await session.delete(row)
    await session.flush()
    await _written(session, "delete", row, by=by, told=_told(_entry(row)))
    return gone


def _wanted(before: Entry, changes: Changes) -> Entry:
    """With another role go its tier and rank, unless they are named."""
    if "role" not in changes:
        return replace(before, **changes)
    role = check_role(changes["role"])
    known = known_role(role)
    if known is not None and role != before.role:
        before = replace(before, tier=known.tier, rank=known.rank)
    return replace(replace(before, **changes), role=role)


async def _refuse_taken(session: AsyncSession, name: str) -> None:
    taken = select(ContactRow.id).where(func.lower(ContactRow.name) == name.lower()).limit(1)
    if await session.scalar(taken) is not None:
        raise Conflict(f"There is a contact {name!r} already.")


def _entry(row: ContactRow) -> Entry:
    found = view(row)
    return Entry(
        name=found.name,
        role=found.role,
        tier=found.tier,
        rank=found.rank,
        email=found.email,
        phone=found.phone,
        url=found.url,
        is_active=found.is_active,
    )


def _told(entry: Entry) -> dict[str, Any]:
    """For the audit log, which outlives the contact: private addresses in part only."""
    return {**asdict(entry), "email": masked(entry.email), "phone": masked(entry.phone)}


async def _written(
    session: AsyncSession, action: str, row: ContactRow, *, by: Actor, told: dict[str, Any]
) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="contact",
        resource_id=row.id,
        salon_id=None,
        metadata=told,
    )
