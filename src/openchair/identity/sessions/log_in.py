"""Somebody logs in: `count_attempt`, then accounts' `find_credentials` and `check_password`, then
`open_session` or `note_refusal`. Each door (today the console) calls them in that order, the
check between two transactions, because it takes a tenth of a second.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.emails import normal_email
from openchair.identity.audit.record import Actor, record
from openchair.identity.sessions.models import AuthLogRow, UserSessionRow
from openchair.identity.sessions.rules import new_token, token_hash
from openchair.identity.sessions.settings import SessionSettings
from openchair.platform.ids import new_id
from openchair.platform.rate_limits.take import take
from openchair.platform.settings.base import load
from openchair.platform.settings.limits import LimitSettings

QUARTER_SECONDS = 900
USER_AGENT_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from."""

    ip: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A new session; the token exists here and in the cookie, nowhere else."""

    id: UUID
    token: str
    csrf_token: str
    expires_at: datetime


async def count_attempt(session: AsyncSession, *, email: str, visitor: Visitor) -> None:
    """Count one try for the address it comes from and for the account it is about, whether
    there is such an account or not. Raises `TooMany`.
    """
    await count_visitor(session, visitor=visitor)
    await take(
        session,
        key=f"log-in:account:{token_hash(normal_email(email)).hex()}",
        limit=load(SessionSettings).limit_logins_per_account,
        per_seconds=QUARTER_SECONDS,
    )


async def count_visitor(session: AsyncSession, *, visitor: Visitor) -> None:
    """Count one try for the address it comes from; all there is where a device says later whose
    account it is about. Raises `TooMany`.
    """
    await take(
        session,
        key=f"log-in:address:{visitor.ip}",
        limit=load(LimitSettings).limit_logins_per_quarter,
        per_seconds=QUARTER_SECONDS,
    )


async def note_refusal(
    session: AsyncSession, *, email: str, user_id: UUID | None, reason: str, visitor: Visitor
) -> None:
    """Write that a try failed; `reason` is for the log and never shown."""
    await _note_attempt(session, email=email, user_id=user_id, reason=reason, visitor=visitor)


async def open_session(
    session: AsyncSession,
    *,
    user_id: UUID,
    email: str,
    old_token: str | None,
    visitor: Visitor,
    now: datetime,
) -> OpenedSession:
    """A new session with a new token; the one the browser still held is ended, so that a token
    known before the log-in is worth nothing after it.
    """
    opened = OpenedSession(
        id=new_id(),
        token=new_token(),
        csrf_token=new_token(),
        expires_at=now + load(SessionSettings).longest,
    )
    if old_token is not None:
        await session.execute(
            delete(UserSessionRow).where(UserSessionRow.token_hash == token_hash(old_token))
        )
    await session.execute(
        insert(UserSessionRow).values(
            id=opened.id,
            user_id=user_id,
            token_hash=token_hash(opened.token),
            csrf_token=opened.csrf_token,
            ip_address=visitor.ip,
            user_agent=visitor.user_agent[:USER_AGENT_LENGTH],
            last_seen_at=now,
            expires_at=opened.expires_at,
            created_at=now,
        )
    )
    await _note_attempt(session, email=email, user_id=user_id, reason=None, visitor=visitor)
    await record(
        session,
        actor=Actor("user", user_id, visitor.ip, visitor.user_agent),
        action="session.open",
        resource_type="session",
        resource_id=opened.id,
        salon_id=None,
        metadata={},
    )
    return opened


async def _note_attempt(
    session: AsyncSession, *, email: str, user_id: UUID | None, reason: str | None, visitor: Visitor
) -> None:
    await session.execute(
        insert(AuthLogRow).values(
            id=new_id(),
            user_id=user_id,
            email=normal_email(email),
            ip_address=visitor.ip,
            user_agent=visitor.user_agent[:USER_AGENT_LENGTH],
            success=reason is None,
            reason=reason or "ok",
        )
    )
