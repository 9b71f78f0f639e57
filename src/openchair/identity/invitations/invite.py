"""Asks somebody by mail to join a salon's team; asks again; takes it back. Called by the page of
the team. The link itself is kept nowhere: only its hash.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.emails import require_email
from openchair.identity.accounts.models import MembershipRow, ProfileRow
from openchair.identity.accounts.permissions import ROLES
from openchair.identity.audit.record import Actor, record
from openchair.identity.invitations.models import InvitationRow
from openchair.identity.invitations.queries import OPEN_LIMIT, Invitation, get_invitation
from openchair.identity.invitations.rules import VALID, token_hash, token_of
from openchair.notifications.outbox import NewMessage, put_all
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.ids import new_id

KIND = "identity.invitation"
PRIORITY = 2


async def invite(
    session: AsyncSession,
    *,
    salon_id: UUID,
    email: str,
    role: str,
    staff_id: UUID | None,
    language: str,
    by: Actor,
    now: datetime,
) -> UUID:
    """Send the first mail; the id of the invitation.

    Raises `Invalid` (field `email` or `role`), `Conflict` (field `email`) for somebody who works
    here already (`already_here`) or has an open invitation (`already_invited`).
    """
    if role not in ROLES:
        raise Invalid(f"The roles are {', '.join(ROLES)}.", field="role", code="role_not_known")
    spelling = require_email(email)
    await _require_new(session, salon_id=salon_id, email=spelling)
    invitation_id, expires_at = new_id(), _until(now)
    await session.execute(
        insert(InvitationRow).values(
            salon_id=salon_id,
            id=invitation_id,
            email=spelling,
            role=role,
            staff_id=staff_id,
            language=language,
            token_hash=token_hash(token_of(invitation_id, expires_at)),
            invited_by=by.user_id,
            expires_at=expires_at,
        )
    )
    await _send(session, salon_id=salon_id, invitation_id=invitation_id)
    await _note(
        session,
        "invitation.send",
        salon_id=salon_id,
        invitation_id=invitation_id,
        by=by,
        metadata={"after": {"email": spelling, "role": role}},
    )
    return invitation_id


async def resend(
    session: AsyncSession, *, salon_id: UUID, invitation_id: UUID, by: Actor, now: datetime
) -> None:
    """A new mail with a new link, valid for seven days; the old link is worth nothing any more.

    Raises `NotFound`, `Conflict` (`invitation_closed`).
    """
    expires_at = _until(now)
    await _change(
        session,
        salon_id=salon_id,
        invitation_id=invitation_id,
        values={
            "expires_at": expires_at,
            "token_hash": token_hash(token_of(invitation_id, expires_at)),
        },
    )
    await _send(session, salon_id=salon_id, invitation_id=invitation_id)
    await _note(session, "invitation.resend", salon_id=salon_id, invitation_id=invitation_id, by=by)


async def revoke(
    session: AsyncSession, *, salon_id: UUID, invitation_id: UUID, by: Actor, now: datetime
) -> None:
    """Take it back. Raises `NotFound`, `Conflict` (`invitation_closed`)."""
    await _change(
        session, salon_id=salon_id, invitation_id=invitation_id, values={"revoked_at": now}
    )
    await _note(session, "invitation.revoke", salon_id=salon_id, invitation_id=invitation_id, by=by)


async def _require_new(session: AsyncSession, *, salon_id: UUID, email: str) -> None:
    works_here = (
        select(MembershipRow.role)
        .join(ProfileRow, ProfileRow.id == MembershipRow.user_id)
        .where(MembershipRow.salon_id == salon_id, ProfileRow.email == email)
    )
    if await session.scalar(works_here) is not None:
        raise Conflict(
            "This address belongs to somebody of your team already.",
            code="already_here",
            field="email",
        )
    still_open = (
        InvitationRow.salon_id == salon_id,
        InvitationRow.accepted_at.is_(None),
        InvitationRow.revoked_at.is_(None),
    )
    if await session.scalar(
        select(InvitationRow.id).where(*still_open, InvitationRow.email == email)
    ):
        raise Conflict(
            "This address has an open invitation already. You can send it again below.",
            code="already_invited",
            field="email",
        )
    waiting = await session.scalar(
        select(func.count()).select_from(InvitationRow).where(*still_open)
    )
    if (waiting or 0) >= OPEN_LIMIT:
        raise Conflict(
            "A hundred invitations are open. Please take some back first.",
            code="too_many_invitations",
            field="email",
        )


async def _change(
    session: AsyncSession, *, salon_id: UUID, invitation_id: UUID, values: dict[str, object]
) -> None:
    changed = await session.scalar(
        update(InvitationRow)
        .where(
            InvitationRow.salon_id == salon_id,
            InvitationRow.id == invitation_id,
            InvitationRow.accepted_at.is_(None),
            InvitationRow.revoked_at.is_(None),
        )
        .values(values)
        .returning(InvitationRow.id)
    )
    if changed is None:
        await get_invitation(session, salon_id=salon_id, invitation_id=invitation_id)
        raise Conflict(
            "This invitation was accepted or taken back already.", code="invitation_closed"
        )


async def _send(session: AsyncSession, *, salon_id: UUID, invitation_id: UUID) -> None:
    found: Invitation = await get_invitation(
        session, salon_id=salon_id, invitation_id=invitation_id
    )
    await put_all(
        session,
        messages=[
            NewMessage(
                salon_id=salon_id,
                kind=KIND,
                channel="email",
                recipient=found.email,
                language=found.language,
                data={"invitation_id": invitation_id},
                reference=f"invitation:{invitation_id}",
                dedupe_key=f"{KIND}:{invitation_id}:{found.expires_at.isoformat()}",
                expires_at=found.expires_at,
                priority=PRIORITY,
            )
        ],
    )


def _until(now: datetime) -> datetime:
    """In whole seconds, since the link is made anew from what the database gives back."""
    return (now + VALID).replace(microsecond=0)


async def _note(
    session: AsyncSession,
    action: str,
    *,
    salon_id: UUID,
    invitation_id: UUID,
    by: Actor,
    metadata: dict[str, object] | None = None,
) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="invitation",
        resource_id=invitation_id,
        salon_id=salon_id,
        metadata=metadata or {},
    )
