"""Logging in and out of the operations console. The second factor is `second_factor.py`."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.sessions.end import end_session
from openchair.identity.sessions.queries import find_session
from openchair.platform.clock import utc_now
from openchair.web.caller import database_of
from openchair.web.cookies import drop_token, read_token, set_token
from openchair.web.forms import own_address, read_form
from openchair.web.log_in import Refusal
from openchair.web.log_in import log_in as try_log_in
from openchair.web.ops.door import KNOWN, Operator
from openchair.web.ops.pages import render, see_other
from openchair.web.own_page import ANYBODY

LOG_IN, SECOND_FACTOR, HOME = "/ops/log-in", "/ops/second-factor", "/ops"
router = APIRouter()


@router.get("/ops/log-in", dependencies=[Depends(ANYBODY)])
async def show_log_in(request: Request) -> Response:
    """The form, or the console for somebody who is logged in already."""
    onward = onward_from(request.query_params.get("next", ""))
    if (token := read_token(request)) is not None:
        async with database_of(request).transaction() as session:
            known = await find_session(session, token=token, now=utc_now())
        if known is not None:
            return see_other(onward)
    return _form(request, onward=onward)


@router.post("/ops/log-in", dependencies=[Depends(ANYBODY)])
async def log_in(request: Request) -> Response:
    """Open a session and lead on, or show the form again with what was typed."""
    typed = await read_form(request)
    email, onward = typed.trimmed("email"), onward_from(typed["next"])
    opened = await try_log_in(request, email=email, password=typed["password"])
    if isinstance(opened, Refusal):
        return _form(request, onward=onward, email=email, refusal=opened)
    response = see_other(onward)
    set_token(request, response, token=opened.token)
    return response


@router.post("/ops/log-out")
async def log_out(request: Request, operator: Annotated[Operator, Depends(KNOWN)]) -> Response:
    """End the session here and in the database."""
    async with database_of(request).transaction() as session:
        await end_session(
            session,
            session_id=operator.session.id,
            user_id=operator.session.user_id,
            by=operator.actor,
        )
    response = see_other(LOG_IN)
    drop_token(request, response)
    return response


def onward_from(offered: str) -> str:
    """Where to lead on: a page of this console and no other."""
    return own_address(offered, root=HOME, otherwise=HOME)


def way_in(request: Request, *, door: str) -> str:
    """`door` (the log-in or the second factor) that leads back to the page that was asked for."""
    onward = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET" or onward in {HOME, f"{HOME}/"}:
        return door
    return f"{door}?{urlencode({'next': onward})}"


def _form(
    request: Request, *, onward: str, email: str = "", refusal: Refusal | None = None
) -> Response:
    page = render(
        request,
        "log_in.html",
        status=refusal.status if refusal else 200,
        onward=onward,
        email=email,
        refusal=refusal,
        wait_minutes=-(-refusal.wait // 60) if refusal else 0,
    )
    if refusal and refusal.wait:
        page.headers["Retry-After"] = str(refusal.wait)
    return page
