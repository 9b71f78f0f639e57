"""The page behind the link of an invitation: join a salon's team, with one's account or a new one.

Open to everybody who has the link; it says kindly what it is worth.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.accounts.team import find_account
from openchair.identity.audit.record import Actor
from openchair.identity.invitations.accept import (
    CLOSED,
    join_with_account,
    join_with_new_account,
)
from openchair.identity.invitations.queries import Invitation, find_by_token
from openchair.identity.sessions.log_in import OpenedSession, open_session
from openchair.identity.sessions.queries import CurrentSession, find_session
from openchair.platform.clock import utc_now
from openchair.platform.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from openchair.platform.languages.catalogues import Words
from openchair.salons.queries import Salon, get_salon_by_id
from openchair.web.caller import database_of, visitor_of
from openchair.web.console.door import LOGGED_IN, Person
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.language import browser_words, console_words
from openchair.web.console.pages import render, see_other
from openchair.web.cookies import read_token, set_token
from openchair.web.own_page import ANYBODY

router = APIRouter()


@router.get("/console/invitation/{token}", dependencies=[Depends(ANYBODY)])
async def show_invitation(request: Request, token: str) -> Response:
    """What it is, and how to join."""
    return await _page(request, token)


@router.post("/console/invitation/{token}", dependencies=[Depends(ANYBODY)])
async def join_new(request: Request, token: str) -> Response:
    """A new account joins and is logged in."""
    typed, visitor = await read_form(request), visitor_of(request)
    try:
        async with database_of(request).transaction() as session:
            found, user_id = await join_with_new_account(
                session,
                token=token,
                name=typed["name"],
                password=typed["password"],
                by=Actor("client", None, visitor.ip, visitor.user_agent),
                now=utc_now(),
            )
            opened: OpenedSession = await open_session(
                session,
                user_id=user_id,
                email=found.email,
                old_token=read_token(request),
                visitor=visitor,
                now=utc_now(),
            )
            salon = await get_salon_by_id(session, salon_id=found.salon_id)
    except (Invalid, Conflict) as problem:
        return await _page(request, token, typed=typed, problem=problem)
    response = see_other(f"/console/{salon.slug}/calendar")
    set_token(request, response, token=opened.token)
    return response


@router.post("/console/invitation/{token}/join")
async def join(
    request: Request, token: str, person: Annotated[Person, Depends(LOGGED_IN)]
) -> Response:
    """Who is logged in joins."""
    try:
        async with database_of(request).transaction() as session:
            found = await join_with_account(
                session,
                token=token,
                user_id=person.session.user_id,
                email=person.session.email,
                by=person.actor,
                now=person.now,
            )
            salon = await get_salon_by_id(session, salon_id=found.salon_id)
    except (Conflict, Forbidden) as problem:
        return await _page(request, token, problem=problem)
    return see_other(f"/console/{salon.slug}/calendar")


async def _page(
    request: Request, token: str, *, typed: Typed | None = None, problem: Problem | None = None
) -> Response:
    cookie, now = read_token(request), utc_now()
    async with database_of(request).transaction() as session:
        try:
            found = await find_by_token(session, token=token)
        except NotFound as unknown:
            return _closed(browser_words(request), sentence=unknown.message, status=404)
        salon = await get_salon_by_id(session, salon_id=found.salon_id)
        has_account = await find_account(session, email=found.email) is not None
        current = await find_session(session, token=cookie, now=now) if cookie else None
    words = _words(request, found, current)
    state = found.state(now)
    if state != "open":
        return _closed(words, sentence=CLOSED[state], status=410)
    return _form(
        words,
        found=found,
        salon=salon,
        token=token,
        current=current,
        has_account=has_account,
        typed=typed,
        problem=problem,
    )


def _form(
    words: Words,
    *,
    found: Invitation,
    salon: Salon,
    token: str,
    current: CurrentSession | None,
    has_account: bool,
    typed: Typed | None,
    problem: Problem | None,
) -> Response:
    wrong = {problem.field or "form": words.text(problem.message)} if problem else {}
    return render(
        "account/invitation.html",
        words=words,
        status=problem.status if problem else 200,
        invitation=found,
        salon=salon,
        here=f"/console/invitation/{token}",
        current=current,
        is_theirs=current is not None and current.email == found.email,
        has_account=has_account,
        name=typed["name"] if typed else "",
        form_token=current.csrf_token if current else "",
        wrong=wrong,
    )


def _closed(words: Words, *, sentence: str, status: int) -> Response:
    return render(
        "account/invitation_closed.html",
        words=words,
        status=status,
        sentence=words.text(sentence),
    )


def _words(request: Request, found: Invitation, current: CurrentSession | None) -> Words:
    """Their own language, else the one that was chosen for the mail, unless they ask otherwise."""
    if "language" in request.query_params:
        return browser_words(request)
    return console_words(current.language if current else found.language)
