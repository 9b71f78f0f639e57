"""One's own second factor: set it up, renew the recovery codes, switch it off."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.two_factor.enrol import Enrolment
from openchair.identity.two_factor.switch_off import renew_with_code, switch_off
from openchair.platform.errors import Conflict, Invalid, TooMany
from openchair.web.caller import database_of
from openchair.web.console.account import ACCOUNT
from openchair.web.console.door import LOGGED_IN, Person
from openchair.web.console.forms import read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.second_factor import shower_of
from openchair.web.second_factor import (
    NOT_REFUSED,
    Refused,
    begin_set_up,
    confirm_code,
    count,
    has_one,
    picture_of,
    refusal_of,
    spaced,
    with_wait,
)

PLACE = f"{ACCOUNT}#second-factor"
router = APIRouter()
Me = Annotated[Person, Depends(LOGGED_IN)]


@router.get("/console/account/second-factor/set-up")
async def show_set_up(request: Request, person: Me) -> Response:
    """The picture and the secret to take over into an authenticator."""
    if await has_one(request, shower_of(person)):
        return see_other(PLACE)
    return _set_up(person, await begin_set_up(request, shower_of(person)))


@router.post("/console/account/second-factor/set-up")
async def press_set_up(request: Request, person: Me) -> Response:
    """Prove by a code that it was taken over; then the recovery codes, this once."""
    code = (await read_form(request)).trimmed("code")
    try:
        codes = await confirm_code(request, shower_of(person), code=code)
    except Conflict:
        return see_other(PLACE)
    if isinstance(codes, Refused):
        return _set_up(person, await begin_set_up(request, shower_of(person)), refused=codes)
    return _codes(person, codes)


@router.get("/console/account/second-factor/codes")
async def ask_for_codes(request: Request, person: Me) -> Response:
    """A code of the authenticator first."""
    return await _prove(request, person, "codes")


@router.post("/console/account/second-factor/codes")
async def renew_codes(request: Request, person: Me) -> Response:
    """Ten new recovery codes; the old ones open nothing any more."""
    code = (await read_form(request)).trimmed("code")
    try:
        await count(request, shower_of(person))
        async with database_of(request).transaction() as session:
            codes = await renew_with_code(
                session,
                user_id=person.session.user_id,
                code=code,
                by=person.actor,
                now=person.now,
            )
    except (Invalid, TooMany) as problem:
        return await _prove(request, person, "codes", refused=refusal_of(problem))
    return _codes(person, codes)


@router.get("/console/account/second-factor/off")
async def ask_to_switch_off(request: Request, person: Me) -> Response:
    """A code of the authenticator first."""
    return await _prove(request, person, "off")


@router.post("/console/account/second-factor/off")
async def press_switch_off(request: Request, person: Me) -> Response:
    """From now on the password alone is enough."""
    code = (await read_form(request)).trimmed("code")
    try:
        await count(request, shower_of(person))
        async with database_of(request).transaction() as session:
            await switch_off(
                session,
                user_id=person.session.user_id,
                code=code,
                by=person.actor,
                now=person.now,
            )
    except (Invalid, TooMany) as problem:
        return await _prove(request, person, "off", refused=refusal_of(problem))
    return see_other(f"{ACCOUNT}?did=off#second-factor")


def _set_up(person: Person, enrolment: Enrolment, *, refused: Refused = NOT_REFUSED) -> Response:
    page = render(
        "account/set_up.html",
        words=person.words,
        person=person,
        status=refused.status,
        picture=picture_of(enrolment.address),
        address=enrolment.address,
        secret=spaced(enrolment.secret),
        refused=refused,
    )
    return with_wait(page, refused)


def _codes(person: Person, codes: list[str]) -> Response:
    """The codes, with a file to keep that needs no script."""
    head = person.words.text("Recovery codes for OpenChair, {email}", email=person.session.email)
    file = "\r\n".join([head, "", *codes, ""])
    return render(
        "account/codes.html",
        words=person.words,
        person=person,
        codes=codes,
        file=f"data:text/plain;charset=utf-8,{quote(file)}",
    )


async def _prove(
    request: Request, person: Person, what: str, *, refused: Refused = NOT_REFUSED
) -> Response:
    if not await has_one(request, shower_of(person)):
        return see_other(PLACE)
    page = render(
        "account/prove.html",
        words=person.words,
        person=person,
        status=refused.status,
        what=what,
        refused=refused,
    )
    return with_wait(page, refused)
