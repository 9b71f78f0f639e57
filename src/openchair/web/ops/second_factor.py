"""The second factor: set up once with a picture, then asked for once in twelve hours."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.two_factor.enrol import Enrolment
from openchair.platform.errors import Conflict
from openchair.web.forms import read_form
from openchair.web.ops.door import KNOWN, Operator
from openchair.web.ops.pages import render, see_other
from openchair.web.ops.way_in import SECOND_FACTOR, onward_from
from openchair.web.second_factor import (
    NOT_REFUSED,
    Refused,
    Shower,
    begin_set_up,
    confirm_code,
    has_one,
    picture_of,
    spaced,
    with_wait,
)
from openchair.web.second_factor import show_code as try_code

SET_UP = "/ops/second-factor/set-up"
router = APIRouter()
Knows = Annotated[Operator, Depends(KNOWN)]


@router.get("/ops/second-factor")
async def ask_for_code(request: Request, operator: Knows) -> Response:
    """The form for the code; who has no authenticator yet is led to setting it up."""
    onward = onward_from(request.query_params.get("next", ""))
    if operator.has_shown_second_factor:
        return see_other(onward)
    if not await has_one(request, _shower(operator)):
        return see_other(SET_UP)
    return _code_form(request, operator, onward=onward)


@router.post("/ops/second-factor")
async def show_code(request: Request, operator: Knows) -> Response:
    """Check the code and lead on."""
    typed = await read_form(request)
    onward = onward_from(typed["next"])
    refused = await try_code(request, _shower(operator), code=typed.trimmed("code"))
    if refused:
        return _code_form(request, operator, onward=onward, refused=refused)
    return see_other(onward)


@router.get("/ops/second-factor/set-up")
async def show_set_up(request: Request, operator: Knows) -> Response:
    """The picture and the secret to take over into an authenticator."""
    if await has_one(request, _shower(operator)):
        return see_other(SECOND_FACTOR)
    enrolment = await begin_set_up(request, _shower(operator))
    return _set_up_form(request, operator, enrolment=enrolment)


@router.post("/ops/second-factor/set-up")
async def set_up(request: Request, operator: Knows) -> Response:
    """Prove by a code that it was taken over; then the recovery codes, this once."""
    code = (await read_form(request)).trimmed("code")
    try:
        codes = await confirm_code(request, _shower(operator), code=code)
    except Conflict:
        return see_other(SECOND_FACTOR)
    if isinstance(codes, Refused):
        enrolment = await begin_set_up(request, _shower(operator))
        return _set_up_form(request, operator, enrolment=enrolment, refused=codes)
    return render(request, "recovery_codes.html", operator=operator, codes=codes)


def _shower(operator: Operator) -> Shower:
    return Shower(current=operator.session, actor=operator.actor, now=operator.now)


def _code_form(
    request: Request, operator: Operator, *, onward: str, refused: Refused = NOT_REFUSED
) -> Response:
    page = render(
        request,
        "second_factor.html",
        operator=operator,
        status=refused.status,
        onward=onward,
        wrong=refused.wrong,
        wait_minutes=refused.wait_minutes,
    )
    return with_wait(page, refused)


def _set_up_form(
    request: Request, operator: Operator, *, enrolment: Enrolment, refused: Refused = NOT_REFUSED
) -> Response:
    page = render(
        request,
        "set_up.html",
        operator=operator,
        status=refused.status,
        picture=picture_of(enrolment.address),
        secret=spaced(enrolment.secret),
        wrong=refused.wrong,
        wait_minutes=refused.wait_minutes,
    )
    return with_wait(page, refused)
