"""The second factor: set up once with a picture, then asked for once in twelve hours."""

from typing import Annotated

import segno
from fastapi import APIRouter, Depends
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.sessions.second_factor import note_second_factor
from openchair.identity.two_factor.enrol import Enrolment, begin, confirm, has_second_factor
from openchair.identity.two_factor.present import count_try, present
from openchair.platform.errors import Conflict, Invalid, TooMany
from openchair.web.caller import database_of
from openchair.web.forms import read_form
from openchair.web.ops.door import KNOWN, Operator
from openchair.web.ops.pages import render, see_other
from openchair.web.ops.way_in import SECOND_FACTOR, onward_from

SET_UP = "/ops/second-factor/set-up"
LETTERS_TOGETHER = 4
router = APIRouter()
Knows = Annotated[Operator, Depends(KNOWN)]


@router.get("/ops/second-factor")
async def ask_for_code(request: Request, operator: Knows) -> Response:
    """The form for the code; who has no authenticator yet is led to setting it up."""
    onward = onward_from(request.query_params.get("next", ""))
    if operator.has_shown_second_factor:
        return see_other(onward)
    if not await _has_one(request, operator):
        return see_other(SET_UP)
    return _code_form(request, operator, onward=onward)


@router.post("/ops/second-factor")
async def show_code(request: Request, operator: Knows) -> Response:
    """Check the code and lead on. Each works once; so many tries in a quarter of an hour."""
    typed = await read_form(request)
    onward = onward_from(typed["next"])
    try:
        await _count(request, operator)
        async with database_of(request).transaction() as session:
            await present(
                session,
                user_id=operator.session.user_id,
                session_id=operator.session.id,
                code=typed.trimmed("code"),
                by=operator.actor,
                now=operator.now,
            )
    except TooMany as problem:
        return _code_form(request, operator, onward=onward, wait=problem.retry_after, status=429)
    except Invalid as problem:
        return _code_form(request, operator, onward=onward, wrong=problem.message, status=422)
    return see_other(onward)


@router.get("/ops/second-factor/set-up")
async def show_set_up(request: Request, operator: Knows) -> Response:
    """The picture and the secret to take over into an authenticator."""
    if await _has_one(request, operator):
        return see_other(SECOND_FACTOR)
    return _set_up_form(request, operator, enrolment=await _begin(request, operator))


@router.post("/ops/second-factor/set-up")
async def set_up(request: Request, operator: Knows) -> Response:
    """Prove by a code that it was taken over; then the recovery codes, this once."""
    code = (await read_form(request)).trimmed("code")
    try:
        await _count(request, operator)
        async with database_of(request).transaction() as session:
            codes = await confirm(
                session,
                user_id=operator.session.user_id,
                code=code,
                by=operator.actor,
                now=operator.now,
            )
            await note_second_factor(session, session_id=operator.session.id, now=operator.now)
    except Conflict:
        return see_other(SECOND_FACTOR)
    except TooMany as problem:
        enrolment = await _begin(request, operator)
        return _set_up_form(
            request, operator, enrolment=enrolment, wait=problem.retry_after, status=429
        )
    except Invalid as problem:
        enrolment = await _begin(request, operator)
        return _set_up_form(
            request, operator, enrolment=enrolment, wrong=problem.message, status=422
        )
    return render(request, "recovery_codes.html", operator=operator, codes=codes)


def picture_of(address: str) -> Markup:
    """The QR code as SVG, dark on light whatever the page's look, so that every camera reads it."""
    drawn = segno.make(address, error="m", micro=False)
    return Markup(  # noqa: S704 -- drawn here from an address of ours
        drawn.svg_inline(scale=5, border=3, light="#fff", dark="#000", omitsize=True, svgclass="qr")
    )


async def _has_one(request: Request, operator: Operator) -> bool:
    async with database_of(request).transaction() as session:
        return await has_second_factor(session, user_id=operator.session.user_id)


async def _begin(request: Request, operator: Operator) -> Enrolment:
    async with database_of(request).transaction() as session:
        return await begin(
            session, user_id=operator.session.user_id, account=operator.session.email
        )


async def _count(request: Request, operator: Operator) -> None:
    async with database_of(request).transaction() as session:
        await count_try(session, user_id=operator.session.user_id)


def _code_form(
    request: Request,
    operator: Operator,
    *,
    onward: str,
    wrong: str = "",
    wait: int = 0,
    status: int = 200,
) -> Response:
    page = render(
        request,
        "second_factor.html",
        operator=operator,
        status=status,
        onward=onward,
        wrong=wrong,
        wait_minutes=-(-wait // 60),
    )
    return _retry_after(page, wait)


def _set_up_form(
    request: Request,
    operator: Operator,
    *,
    enrolment: Enrolment,
    wrong: str = "",
    wait: int = 0,
    status: int = 200,
) -> Response:
    secret = enrolment.secret
    parts = [
        secret[place : place + LETTERS_TOGETHER]
        for place in range(0, len(secret), LETTERS_TOGETHER)
    ]
    page = render(
        request,
        "set_up.html",
        operator=operator,
        status=status,
        picture=picture_of(enrolment.address),
        secret=" ".join(parts),
        wrong=wrong,
        wait_minutes=-(-wait // 60),
    )
    return _retry_after(page, wait)


def _retry_after(page: Response, wait: int) -> Response:
    if wait:
        page.headers["Retry-After"] = str(wait)
    return page
