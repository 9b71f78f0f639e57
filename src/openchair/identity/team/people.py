"""Reads of who works in a salon, as the page of the team shows them. Called by that page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.models import MembershipRow, ProfileRow
from openchair.identity.passkeys.models import PasskeyRow
from openchair.identity.sessions.models import UserSessionRow
from openchair.identity.two_factor.models import TotpSecretRow
from openchair.platform.errors import NotFound

PAGE_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPerson:
    """One of the team. `last_seen_at` is None for somebody who is logged in nowhere."""

    user_id: UUID
    name: str
    email: str
    role: str
    staff_id: UUID | None
    has_second_factor: bool
    passkeys: int
    last_seen_at: datetime | None


async def list_people(
    session: AsyncSession, *, salon_id: UUID, limit: int, after: UUID | None = None
) -> list[TeamPerson]:
    """By name, from behind the person `after` on; at most a hundred."""
    statement = _people(salon_id).order_by(ProfileRow.name, ProfileRow.id)
    if after is not None:
        last = _people(salon_id).where(ProfileRow.id == after).with_only_columns(ProfileRow.name)
        name = await session.scalar(last)
        statement = statement.where(tuple_(ProfileRow.name, ProfileRow.id) > (name or "", after))
    rows = await session.execute(statement.limit(min(limit, PAGE_LIMIT)))
    return [TeamPerson(**row) for row in rows.mappings()]


async def get_person(session: AsyncSession, *, salon_id: UUID, user_id: UUID) -> TeamPerson:
    """One of them. Raises `NotFound` for somebody who does not work here."""
    rows = await session.execute(_people(salon_id).where(ProfileRow.id == user_id))
    found = rows.mappings().one_or_none()
    if found is None:
        raise NotFound("This person has no role in this salon.", code="not_a_member")
    return TeamPerson(**found)


def _people(salon_id: UUID) -> Select[*tuple[object, ...]]:
    confirmed = exists().where(
        TotpSecretRow.user_id == ProfileRow.id, TotpSecretRow.confirmed_at.is_not(None)
    )
    passkeys = select(func.count()).where(PasskeyRow.user_id == ProfileRow.id)
    seen = select(func.max(UserSessionRow.last_seen_at)).where(
        UserSessionRow.user_id == ProfileRow.id
    )
    return (
        select(
            ProfileRow.id.label("user_id"),
            ProfileRow.name,
            ProfileRow.email,
            MembershipRow.role,
            MembershipRow.staff_id,
            confirmed.label("has_second_factor"),
            passkeys.scalar_subquery().label("passkeys"),
            seen.scalar_subquery().label("last_seen_at"),
        )
        .join(MembershipRow, MembershipRow.user_id == ProfileRow.id)
        .where(MembershipRow.salon_id == salon_id)
    )
