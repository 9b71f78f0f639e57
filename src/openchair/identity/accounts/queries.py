"""Reads of accounts and roles, as frozen results."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.emails import normal_email
from openchair.identity.accounts.models import MembershipRow, ProfileRow

MEMBERSHIP_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a log-in is checked against."""

    user_id: UUID
    password_hash: str


@dataclass(frozen=True, slots=True)
class Membership:
    """What somebody is in one salon."""

    salon_id: UUID
    role: str
    staff_id: UUID | None


async def find_credentials(session: AsyncSession, *, email: str) -> Credentials | None:
    """The active account of this address, if there is one."""
    row = (
        await session.execute(
            select(ProfileRow.id, ProfileRow.password_hash).where(
                ProfileRow.email == normal_email(email), ProfileRow.is_active
            )
        )
    ).first()
    return Credentials(*row) if row else None


async def list_memberships(session: AsyncSession, *, user_id: UUID) -> tuple[Membership, ...]:
    """Every salon somebody works in, the oldest first; at most a hundred."""
    rows = await session.execute(
        select(MembershipRow.salon_id, MembershipRow.role, MembershipRow.staff_id)
        .where(MembershipRow.user_id == user_id)
        .order_by(MembershipRow.created_at, MembershipRow.salon_id)
        .limit(MEMBERSHIP_LIMIT)
    )
    return tuple(Membership(*row) for row in rows)


async def names_of(session: AsyncSession, *, user_ids: set[UUID]) -> dict[UUID, str]:
    """What the people behind these ids are called, for a page that says who did something."""
    rows = await session.execute(
        select(ProfileRow.id, ProfileRow.name).where(ProfileRow.id.in_(user_ids))
    )
    return {row.id: row.name for row in rows}
