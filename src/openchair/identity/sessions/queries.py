"""Reads of sessions. `find_session` answers for every request of the console."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.models import ProfileRow
from openchair.identity.sessions.models import UserSessionRow
from openchair.identity.sessions.rules import token_hash
from openchair.identity.sessions.settings import SessionSettings
from openchair.platform.settings.base import load

LIST_LIMIT = 100
# By the table's name, since `two_factor` stands on sessions and not they on it.
HAS_SECOND_FACTOR = """
    EXISTS (SELECT FROM totp_secrets
            WHERE totp_secrets.user_id = user_sessions.user_id
              AND totp_secrets.confirmed_at IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class CurrentSession:
    """Who is logged in, and the token that their forms carry."""

    id: UUID
    user_id: UUID
    email: str
    name: str
    language: str
    csrf_token: str
    last_seen_at: datetime
    second_factor_at: datetime | None
    has_second_factor: bool = False

    @property
    def waits_for_second_factor(self) -> bool:
        """Whether the password alone was shown, by somebody who has an authenticator."""
        return self.has_second_factor and self.second_factor_at is None


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """One open session as its owner sees it in a list."""

    id: UUID
    ip_address: str
    user_agent: str
    created_at: datetime
    last_seen_at: datetime


async def find_session(
    session: AsyncSession, *, token: str, now: datetime
) -> CurrentSession | None:
    """The open session behind a cookie: neither ended nor idle nor too old, its account active."""
    statement = (
        select(
            UserSessionRow.id,
            UserSessionRow.user_id,
            ProfileRow.email,
            ProfileRow.name,
            ProfileRow.language,
            UserSessionRow.csrf_token,
            UserSessionRow.last_seen_at,
            UserSessionRow.second_factor_at,
            literal_column(HAS_SECOND_FACTOR, Boolean),
        )
        .join(ProfileRow, ProfileRow.id == UserSessionRow.user_id)
        .where(UserSessionRow.token_hash == token_hash(token), *_is_open(now))
    )
    row = (await session.execute(statement)).first()
    return CurrentSession(*row) if row else None


async def list_sessions(
    session: AsyncSession, *, user_id: UUID, now: datetime
) -> list[SessionEntry]:
    """The open sessions of one person, the last used first; at most a hundred."""
    statement = (
        select(
            UserSessionRow.id,
            UserSessionRow.ip_address,
            UserSessionRow.user_agent,
            UserSessionRow.created_at,
            UserSessionRow.last_seen_at,
        )
        .join(ProfileRow, ProfileRow.id == UserSessionRow.user_id)
        .where(UserSessionRow.user_id == user_id, *_is_open(now))
        .order_by(UserSessionRow.last_seen_at.desc())
        .limit(LIST_LIMIT)
    )
    return [SessionEntry(*row) for row in await session.execute(statement)]


def _is_open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        ProfileRow.is_active.is_(True),
        UserSessionRow.expires_at > now,
        UserSessionRow.last_seen_at > now - load(SessionSettings).idle,
    )
