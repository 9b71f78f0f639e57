"""Reads of invitations, as frozen results."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.models import ProfileRow
from openchair.identity.invitations.models import InvitationRow
from openchair.identity.invitations.rules import LONGEST_TOKEN, State, state_of, token_hash
from openchair.platform.errors import NotFound

OPEN_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Somebody who was asked to join. `invited_by` is a name, None where the account is gone."""

    id: UUID
    salon_id: UUID
    email: str
    role: str
    staff_id: UUID | None
    language: str
    token_hash: bytes
    invited_by: str | None
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> State:
        """What it is worth at `now`."""
        return state_of(
            expires_at=self.expires_at,
            accepted_at=self.accepted_at,
            revoked_at=self.revoked_at,
            now=now,
        )


async def list_open(session: AsyncSession, *, salon_id: UUID) -> list[Invitation]:
    """Who has neither joined nor was turned away, also where the link has run out; the last first,
    at most a hundred, which is also how many a salon may have.
    """
    rows = await session.execute(
        _invitations()
        .where(
            InvitationRow.salon_id == salon_id,
            InvitationRow.accepted_at.is_(None),
            InvitationRow.revoked_at.is_(None),
        )
        .order_by(InvitationRow.created_at.desc(), InvitationRow.id)
        .limit(OPEN_LIMIT)
    )
    return [Invitation(**row) for row in rows.mappings()]


async def get_invitation(
    session: AsyncSession, *, salon_id: UUID, invitation_id: UUID
) -> Invitation:
    """One of a salon's. Raises `NotFound` (`invitation_not_found`)."""
    return await _one(
        session, (InvitationRow.salon_id == salon_id) & (InvitationRow.id == invitation_id)
    )


async def find_by_token(session: AsyncSession, *, token: str) -> Invitation:
    """The one whose link this is, whatever it is worth. Raises `NotFound`
    (`invitation_not_found`).
    """
    offered = token if len(token) <= LONGEST_TOKEN and token.isascii() else ""
    return await _one(session, InvitationRow.token_hash == token_hash(offered))


async def _one(session: AsyncSession, which: ColumnElement[bool]) -> Invitation:
    found = (await session.execute(_invitations().where(which))).mappings().one_or_none()
    if found is None:
        raise NotFound(
            "This invitation is not known. Perhaps a newer mail has another link; else please ask"
            " the salon for a new one.",
            code="invitation_not_found",
        )
    return Invitation(**found)


def _invitations() -> Select[*tuple[object, ...]]:
    return select(
        InvitationRow.id,
        InvitationRow.salon_id,
        InvitationRow.email,
        InvitationRow.role,
        InvitationRow.staff_id,
        InvitationRow.language,
        InvitationRow.token_hash,
        ProfileRow.name.label("invited_by"),
        InvitationRow.created_at,
        InvitationRow.expires_at,
        InvitationRow.accepted_at,
        InvitationRow.revoked_at,
    ).outerjoin(ProfileRow, ProfileRow.id == InvitationRow.invited_by)
