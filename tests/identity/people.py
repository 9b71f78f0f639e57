"""Accounts for tests: one hash is made once, so that a test does not wait for Argon2."""

from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.models import MembershipRow, ProfileRow
from openchair.identity.sessions.log_in import OpenedSession, Visitor, open_session
from openchair.platform.clock import utc_now
from openchair.platform.ids import new_id

PASSWORD = "a short sentence is fine"
VISITOR = Visitor(ip="203.0.113.7", user_agent="Browser 1")


@cache
def password_hash() -> str:
    """Of `PASSWORD`, at the least cost that the settings allow."""
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD)


async def add_account(
    session: AsyncSession, *, email: str = "lena@salon.example", language: str = "en"
) -> UUID:
    """An account with `PASSWORD`."""
    user_id = new_id()
    session.add(
        ProfileRow(
            id=user_id,
            email=email,
            name="Lena Brunner",
            password_hash=password_hash(),
            language=language,
        )
    )
    await session.flush()
    return user_id


async def add_role(
    session: AsyncSession, *, salon_id: UUID, user_id: UUID, role: str, staff_id: UUID | None = None
) -> None:
    """A role in a salon, without a trace."""
    session.add(MembershipRow(salon_id=salon_id, user_id=user_id, role=role, staff_id=staff_id))
    await session.flush()


async def open_for(session: AsyncSession, user_id: UUID) -> OpenedSession:
    """A session that is open now."""
    return await open_session(
        session,
        user_id=user_id,
        email="lena@salon.example",
        old_token=None,
        visitor=VISITOR,
        now=utc_now(),
    )
