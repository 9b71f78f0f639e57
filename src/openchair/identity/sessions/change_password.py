"""A new password ends what was opened with the old one. Called by doors."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.set_password import set_password
from openchair.identity.audit.record import Actor
from openchair.identity.sessions.end import end_all_sessions


async def change_password(
    session: AsyncSession,
    *,
    user_id: UUID,
    password: str,
    by: Actor,
    keep_session_id: UUID | None = None,
) -> None:
    """Set it and end all other sessions. Raises `Invalid` (field `password`), `NotFound`."""
    await set_password(session, user_id=user_id, password=password, by=by)
    await end_all_sessions(session, user_id=user_id, by=by, except_id=keep_session_id)
