"""Reads of a salon's team: who may log in there and as what. Called by the salon file."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.emails import normal_email
from openchair.identity.accounts.models import MembershipRow, ProfileRow

TEAM_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class TeamLogIn:
    """One account and its role in one salon."""

    user_id: UUID
    email: str
    name: str
    language: str
    role: str
    staff_id: UUID | None


async def list_team(session: AsyncSession, *, salon_id: UUID) -> tuple[TeamLogIn, ...]:
    """Everybody with a role in the salon, by e-mail; at most a thousand."""
    rows = await session.execute(
        select(
            ProfileRow.id,
            ProfileRow.email,
            ProfileRow.name,
            ProfileRow.language,
            MembershipRow.role,
            MembershipRow.staff_id,
        )
        .join(MembershipRow, MembershipRow.user_id == ProfileRow.id)
        .where(MembershipRow.salon_id == salon_id)
        .order_by(ProfileRow.email)
        .limit(TEAM_LIMIT)
    )
    return tuple(TeamLogIn(*row) for row in rows)


async def find_account(session: AsyncSession, *, email: str) -> UUID | None:
    """The account of this address, active or not."""
    found: UUID | None = await session.scalar(
        select(ProfileRow.id).where(ProfileRow.email == normal_email(email))
    )
    return found
