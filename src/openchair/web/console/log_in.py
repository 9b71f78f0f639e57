"""Logging in and out, and the page that leads to one's salon.

The password is checked between two transactions, for it takes a tenth of a second. A wrong
password, an unknown address and a closed account get the same answer after the same time.
"""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.accounts.passwords import check_password, hash_password
from openchair.identity.accounts.queries import Credentials, find_credentials
from openchair.identity.accounts.set_password import renew_hash
from openchair.identity.sessions.end import end_session
from openchair.identity.sessions.log_in import (
    OpenedSession,
    count_attempt,
    note_refusal,
    open_session,
)
from openchair.identity.sessions.queries import find_session
from openchair.platform.clock import utc_now
from openchair.platform.errors import TooMany
from openchair.platform.languages.catalogues import Words
from openchair.salons.queries import get_salon_by_id
from openchair.web.console.cookies import drop_token, read_token, set_token
from openchair.web.console.door import (
    ANYBODY,
    LOGGED_IN,
    Person,
    database_of,
    visitor_of,
)
from openchair.web.console.forms import own_address, read_form
from openchair.web.console.language import browser_words
from openchair.web.console.pages import render, see_other

LOG_IN = "/console/log-in"
HOME = "/console"
router = APIRouter()


@router.get("/console/log-in", dependencies=[Depends(ANYBODY)])
async def show_log_in(request: Request) -> Response:
    """The form, or the console for somebody who is logged in already."""
    onward = own_address(request.query_params.get("next", ""), otherwise=HOME)
    if (token := read_token(request)) is not None:
        async with database_of(request).transaction() as session:
            known = await find_session(session, token=token, now=utc_now())
        if known is not None:
            return see_other(onward)
    return _form(browser_words(request), onward=onward)


@router.post("/console/log-in", dependencies=[Depends(ANYBODY)])
async def log_in(request: Request) -> Response:
    """Open a session and lead on, or show the form again with what was typed."""
    typed, words = await read_form(request), browser_words(request)
    email, password = typed.trimmed("email"), typed["password"]
    onward = own_address(typed["next"], otherwise=HOME)
    if not email or not password:
        return _form(words, onward=onward, email=email, missing=True, status=422)
    database, visitor = database_of(request), visitor_of(request)
    try:
        async with database.transaction() as session:
            await count_attempt(session, email=email, visitor=visitor)
    except TooMany as refusal:
        async with database.transaction() as session:
            await note_refusal(session, email=email, user_id=None, reason="limit", visitor=visitor)
        return _form(words, onward=onward, email=email, wait=refusal.retry_after, status=429)
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
        return _form(words, onward=onward, email=email, wrong=True, status=401)
    opened = await _open(request, known=known, email=email)
    if verdict.outdated:
        await _renew(request, known=known, password=password)
    response = see_other(onward)
    set_token(request, response, token=opened.token)
    return response


@router.post("/console/log-out")
async def log_out(request: Request, person: Annotated[Person, Depends(LOGGED_IN)]) -> Response:
    """End the session here and in the database."""
    async with database_of(request).transaction() as session:
        await end_session(
            session,
            session_id=person.session.id,
            user_id=person.session.user_id,
            by=person.actor,
        )
    response = see_other(LOG_IN)
    drop_token(request, response)
    return response


@router.get("/console")
async def choose_salon(request: Request, person: Annotated[Person, Depends(LOGGED_IN)]) -> Response:
    """The day of one's salon; a list for somebody who works in several."""
    async with database_of(request).transaction() as session:
        salons = [
            await get_salon_by_id(session, salon_id=membership.salon_id)
            for membership in person.memberships
        ]
    if len(salons) == 1:
        return see_other(f"/console/{salons[0].slug}/day")
    roles = {membership.salon_id: membership.role for membership in person.memberships}
    return render("salons.html", words=person.words, person=person, salons=salons, roles=roles)


def log_in_address(request: Request) -> str:
    """The log-in that afterwards leads back to the page that was asked for."""
    onward = request.url.path
    if request.url.query:
        onward += f"?{request.url.query}"
    if request.method != "GET" or onward in {HOME, f"{HOME}/"}:
        return LOG_IN
    return f"{LOG_IN}?{urlencode({'next': onward})}"


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


def _form(
    words: Words,
    *,
    onward: str,
    email: str = "",
    missing: bool = False,
    wrong: bool = False,
    wait: int = 0,
    status: int = 200,
) -> Response:
    response = render(
        "log_in.html",
        words=words,
        status=status,
        onward=onward,
        email=email,
        missing=missing,
        wrong=wrong,
        wait_minutes=-(-wait // 60),
    )
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
