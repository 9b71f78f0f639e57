"""Notes that the second factor was shown in a session. Called by `two_factor/present.py`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.sessions.models import UserSessionRow


async def note_second_factor(session: AsyncSession, *, session_id: UUID, now: datetime) -> None:
    """From now on the session opens what asks for a second factor."""
    await session.execute(
        update(UserSessionRow).where(UserSessionRow.id == session_id).values(second_factor_at=now)
    )
