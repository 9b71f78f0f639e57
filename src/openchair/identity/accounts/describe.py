"""Changes what an account is called and which language it reads. Called by the salon import
and by their own page.
"""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.create import require_name
from openchair.identity.accounts.models import ProfileRow
from openchair.identity.audit.record import Actor, record


async def describe_account(
    session: AsyncSession, *, user_id: UUID, name: str, language: str, by: Actor
) -> None:
    """Does nothing, and leaves no trace, when both are so already.

    Raises `Invalid` (field `name`).
    """
    called = require_name(name)
    changed = await session.scalar(
        update(ProfileRow)
        .where(ProfileRow.id == user_id)
        .where((ProfileRow.name != called) | (ProfileRow.language != language))
        .values(name=called, language=language)
        .returning(ProfileRow.id)
    )
    if changed is not None:
        await record(
            session,
            actor=by,
            action="account.describe",
            resource_type="profile",
            resource_id=user_id,
            salon_id=None,
            metadata={"after": {"name": called, "language": language}},
        )
