"""Logging in with address and password, for every door that shows a form for it.

The password is checked between two transactions, for it takes a tenth of a second. A wrong
password, an unknown address and a closed account get the same answer after the same time.
"""

from dataclasses import dataclass

from starlette.requests import Request

from openchair.identity.accounts.passwords import check_password, hash_password
from openchair.identity.accounts.queries import Credentials, find_credentials
from openchair.identity.accounts.set_password import renew_hash
from openchair.identity.sessions.log_in import (
    OpenedSession,
    count_attempt,
    note_refusal,
    open_session,
)
from openchair.platform.clock import utc_now
from openchair.platform.errors import TooMany
from openchair.web.caller import database_of, visitor_of
from openchair.web.cookies import read_token


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why nobody was let in; `wait` is in seconds, 0 when another try may follow at once."""

    status: int
    missing: bool = False
    wrong: bool = False
    wait: int = 0


async def log_in(request: Request, *, email: str, password: str) -> OpenedSession | Refusal:
    """Open a session; the caller hands its token to the browser."""
    if not email or not password:
        return Refusal(status=422, missing=True)
    database, visitor = database_of(request), visitor_of(request)
    try:
        async with database.transaction() as session:
            await count_attempt(session, email=email, visitor=visitor)
    except TooMany as refusal:
        async with database.transaction() as session:
            await note_refusal(session, email=email, user_id=None, reason="limit", visitor=visitor)
        return Refusal(status=429, wait=refusal.retry_after)
    async with database.transaction() as session:
        known = await find_credentials(session, email=email)
    verdict = await check_password(
        password_hash=known.password_hash if known else None, password=password
    )
    if known is None or not verdict.right:
        async with database.transaction() as session:
            await note_refusal(
                session,
                email=email,
                user_id=known.user_id if known else None,
                reason="wrong password" if known else "unknown account",
                visitor=visitor,
            )
        return Refusal(status=401, wrong=True)
    opened = await _open(request, known=known, email=email)
    if verdict.outdated:
        await _renew(request, known=known, password=password)
    return opened


async def _open(request: Request, *, known: Credentials, email: str) -> OpenedSession:
    async with database_of(request).transaction() as session:
        return await open_session(
            session,
            user_id=known.user_id,
            email=email,
            old_token=read_token(request),
            visitor=visitor_of(request),
            now=utc_now(),
        )


async def _renew(request: Request, *, known: Credentials, password: str) -> None:
    new_hash = await hash_password(password)
    async with database_of(request).transaction() as session:
        await renew_hash(
            session, user_id=known.user_id, old_hash=known.password_hash, new_hash=new_hash
        )
