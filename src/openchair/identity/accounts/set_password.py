"""Gives an account a new password. Sessions open with the old one are ended by
`sessions/change_password.py`, which is what doors call.
"""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.models import ProfileRow
from openchair.identity.accounts.passwords import hash_password, require_strong
from openchair.identity.audit.record import Actor, record
from openchair.platform.errors import NotFound


async def set_password(session: AsyncSession, *, user_id: UUID, password: str, by: Actor) -> None:
    """Raises `Invalid` (field `password`), `NotFound` (`account_not_found`)."""
    require_strong(password)
    new_hash = await hash_password(password)
    changed = await session.scalar(
        update(ProfileRow)
        .where(ProfileRow.id == user_id)
        .values(password_hash=new_hash)
        .returning(ProfileRow.id)
    )
    if changed is None:
        raise NotFound("There is no such account.", code="account_not_found")
    await record(
        session,
        actor=by,
        action="account.set_password",
        resource_type="profile",
        resource_id=user_id,
        salon_id=None,
        metadata={},
    )


async def renew_hash(session: AsyncSession, *, user_id: UUID, old_hash: str, new_hash: str) -> None:
    """Keep the same password under today's cost, unless it was changed in the meantime."""
    await session.execute(
        update(ProfileRow)
        .where(ProfileRow.id == user_id, ProfileRow.password_hash == old_hash)
        .values(password_hash=new_hash)
    )
