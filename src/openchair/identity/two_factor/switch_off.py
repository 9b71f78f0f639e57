"""Somebody gives up the second factor, or wants new recovery codes: each asks for a code first, so
that an unattended screen is not enough. Called by their own page.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor
from openchair.identity.two_factor.enrol import renew_recovery_codes, reset
from openchair.identity.two_factor.present import use_code


async def switch_off(
    session: AsyncSession, *, user_id: UUID, code: str, by: Actor, now: datetime
) -> None:
    """Forget authenticator and recovery codes. Raises `Invalid` (field `code`)."""
    await use_code(session, user_id=user_id, code=code, now=now)
    await reset(session, user_id=user_id, by=by)


async def renew_with_code(
    session: AsyncSession, *, user_id: UUID, code: str, by: Actor, now: datetime
) -> list[str]:
    """Ten new recovery codes. Raises `Invalid` (field `code`)."""
    await use_code(session, user_id=user_id, code=code, now=now)
    return await renew_recovery_codes(session, user_id=user_id, by=by)
