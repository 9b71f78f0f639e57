"""The page to log in at, logging out, and the page that leads to one's salon."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.passkeys.site import site
from openchair.identity.sessions.end import end_session
from openchair.identity.sessions.queries import find_session
from openchair.platform.clock import utc_now
from openchair.platform.languages.catalogues import Words
from openchair.salons.queries import get_salon_by_id
from openchair.web.caller import database_of
from openchair.web.console.door import HALF_WAY, LOGGED_IN, Person
from openchair.web.console.forms import own_address, read_form
from openchair.web.console.language import browser_words
from openchair.web.console.pages import render, see_other
from openchair.web.cookies import drop_token, read_token, set_token
from openchair.web.log_in import Refusal
from openchair.web.log_in import log_in as try_log_in
from openchair.web.own_page import ANYBODY

LOG_IN = "/console/log-in"
SECOND_FACTOR = "/console/second-factor"
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
    email, onward = typed.trimmed("email"), own_address(typed["next"], otherwise=HOME)
    opened = await try_log_in(request, email=email, password=typed["password"])
    if isinstance(opened, Refusal):
        return _form(words, onward=onward, email=email, refusal=opened)
    response = see_other(onward)
    set_token(request, response, token=opened.token)
    return response


@router.post("/console/log-out")
async def log_out(request: Request, person: Annotated[Person, Depends(HALF_WAY)]) -> Response:
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
    """The calendar of one's salon; a list for somebody who works in several."""
    async with database_of(request).transaction() as session:
        salons = [
            await get_salon_by_id(session, salon_id=membership.salon_id)
            for membership in person.memberships
        ]
    if len(salons) == 1:
        return see_other(f"/console/{salons[0].slug}/calendar")
    roles = {membership.salon_id: membership.role for membership in person.memberships}
    return render("salons.html", words=person.words, person=person, salons=salons, roles=roles)


def log_in_address(request: Request, *, door: str = LOG_IN) -> str:
    """`door` (the log-in or the second factor) that afterwards leads back to the page that was
    asked for.
    """
    onward = request.url.path
    if request.url.query:
        onward += f"?{request.url.query}"
    if request.method != "GET" or onward in {HOME, f"{HOME}/"}:
        return door
    return f"{door}?{urlencode({'next': onward})}"


def _form(
    words: Words, *, onward: str, email: str = "", refusal: Refusal | None = None
) -> Response:
    wait = refusal.wait if refusal else 0
    response = render(
        "log_in.html",
        words=words,
        status=refusal.status if refusal else 200,
        onward=onward,
        email=email,
        missing=refusal is not None and refusal.missing,
        wrong=refusal is not None and refusal.wrong,
        wait_minutes=-(-wait // 60),
        has_passkeys=site().can_have_passkeys,
    )
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
