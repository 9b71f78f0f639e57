"""Somebody leaves a salon's team: the role goes at once, and with the last role every open session.

A session is a person's, not a salon's: who works elsewhere too stays logged in there, and this
salon no longer exists for them from the next request on. Called by the page of the team.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.queries import list_memberships
from openchair.identity.accounts.roles import remove_role
from openchair.identity.audit.record import Actor
from openchair.identity.operators.queries import find_role
from openchair.identity.sessions.end import end_all_sessions


async def leave_salon(session: AsyncSession, *, salon_id: UUID, user_id: UUID, by: Actor) -> None:
    """Raises `NotFound` (`not_a_member`), `Conflict` (`last_owner`)."""
    await remove_role(session, salon_id=salon_id, user_id=user_id, by=by)
    works_elsewhere = await list_memberships(session, user_id=user_id)
    if not works_elsewhere and await find_role(session, user_id=user_id) is None:
        await end_all_sessions(session, user_id=user_id, by=by)
