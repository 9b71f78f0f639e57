"""Ends sessions at once: one, or all of a person. And notes that one is in use."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.identity.sessions.models import UserSessionRow
from openchair.identity.sessions.rules import SEEN_EVERY
from openchair.identity.sessions.settings import SessionSettings
from openchair.platform.settings.base import load


async def end_session(session: AsyncSession, *, session_id: UUID, user_id: UUID, by: Actor) -> bool:
    """End one session of this person; false when it was over already or is not theirs."""
    mine = (UserSessionRow.id == session_id) & (UserSessionRow.user_id == user_id)
    return await _end(session, which=mine, by=by, reason="one") == 1


async def end_all_sessions(
    session: AsyncSession, *, user_id: UUID, by: Actor, except_id: UUID | None = None
) -> int:
    """End every session of a person, but for the one they sit at if named; how many."""
    theirs = UserSessionRow.user_id == user_id
    if except_id is not None:
        theirs &= UserSessionRow.id != except_id
    return await _end(session, which=theirs, by=by, reason="all")


async def note_use(session: AsyncSession, *, session_id: UUID, now: datetime) -> None:
    """Keep the session from going idle; called at most once a minute for each."""
    await session.execute(
        update(UserSessionRow)
        .where(UserSessionRow.id == session_id, UserSessionRow.last_seen_at < now - SEEN_EVERY)
        .values(last_seen_at=now)
    )


async def forget_expired(session: AsyncSession, *, now: datetime) -> None:
    """Delete the rows of sessions that have run out by themselves."""
    await session.execute(
        delete(UserSessionRow).where(
            or_(
                UserSessionRow.expires_at <= now,
                UserSessionRow.last_seen_at <= now - load(SessionSettings).idle,
            )
        )
    )


async def _end(session: AsyncSession, *, which: ColumnElement[bool], by: Actor, reason: str) -> int:
    ended = list(
        await session.scalars(delete(UserSessionRow).where(which).returning(UserSessionRow.id))
    )
    for session_id in ended:
        await record(
            session,
            actor=by,
            action="session.end",
            resource_type="session",
            resource_id=session_id,
            salon_id=None,
            metadata={"reason": reason},
        )
    return len(ended)
