"""Somebody follows the link of an invitation and joins the team: with the account they have, or
with a new one. Called by the page behind the link; each link works once.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.create import create_account
from openchair.identity.accounts.roles import grant_role
from openchair.identity.audit.record import Actor, record
from openchair.identity.invitations.models import InvitationRow
from openchair.identity.invitations.queries import Invitation, find_by_token
from openchair.identity.invitations.rules import State, token_hash
from openchair.platform.errors import Conflict, Forbidden

CLOSED: dict[State, str] = {
    "accepted": "This invitation was accepted already. Please log in.",
    "revoked": "The salon took this invitation back. Please ask there if that was not meant.",
    "expired": "This invitation was valid for seven days. Please ask the salon for a new one.",
}


async def join_with_account(
    session: AsyncSession, *, token: str, user_id: UUID, email: str, by: Actor, now: datetime
) -> Invitation:
    """The person who is logged in joins.

    Raises `NotFound`, `Conflict` (`invitation_closed`), `Forbidden` (`invitation_not_yours`) where
    the invitation went to another address.
    """
    found = await _take(session, token=token, now=now)
    if found.email != email:
        raise Forbidden(
            "This invitation was sent to another address. Please log in with that one.",
            code="invitation_not_yours",
        )
    await _join(session, found, user_id=user_id, by=by)
    return found


async def join_with_new_account(
    session: AsyncSession, *, token: str, name: str, password: str, by: Actor, now: datetime
) -> tuple[Invitation, UUID]:
    """A new account is made for the address that the invitation went to, and joins.

    Raises `NotFound`, `Conflict` (`invitation_closed`, `email_taken`), `Invalid` (field `name` or
    `password`).
    """
    found = await _take(session, token=token, now=now)
    user_id = await create_account(
        session,
        email=found.email,
        name=name,
        password=password,
        language=found.language,
        by=by,
    )
    await _join(session, found, user_id=user_id, by=Actor("user", user_id, by.ip, by.user_agent))
    return found, user_id


async def _take(session: AsyncSession, *, token: str, now: datetime) -> Invitation:
    """Use it up: of two who press at once, one joins."""
    taken = await session.scalar(
        update(InvitationRow)
        .where(
            InvitationRow.token_hash == token_hash(token),
            InvitationRow.accepted_at.is_(None),
            InvitationRow.revoked_at.is_(None),
            InvitationRow.expires_at > now,
        )
        .values(accepted_at=now)
        .returning(InvitationRow.id)
    )
    found = await find_by_token(session, token=token)
    if taken is None:
        raise Conflict(CLOSED[found.state(now)], code="invitation_closed")
    return found


async def _join(session: AsyncSession, found: Invitation, *, user_id: UUID, by: Actor) -> None:
    await grant_role(
        session,
        salon_id=found.salon_id,
        user_id=user_id,
        role=found.role,
        staff_id=found.staff_id,
        by=by,
    )
    await record(
        session,
        actor=by,
        action="invitation.accept",
        resource_type="invitation",
        resource_id=found.id,
        salon_id=found.salon_id,
        metadata={"role": found.role},
    )
