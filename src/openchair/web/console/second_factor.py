"""The second factor at the console's door: a code of the authenticator, a recovery code, or a
passkey. Who has none is not asked.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.passkeys.queries import list_passkeys
from openchair.web.caller import database_of
from openchair.web.console.door import HALF_WAY, Person
from openchair.web.console.forms import own_address, read_form
from openchair.web.console.log_in import HOME
from openchair.web.console.pages import render, see_other
from openchair.web.second_factor import NOT_REFUSED, Refused, Shower, show_code, with_wait

router = APIRouter()
HalfWay = Annotated[Person, Depends(HALF_WAY)]


@router.get("/console/second-factor")
async def ask_for_code(request: Request, person: HalfWay) -> Response:
    """The form, or the console for somebody who need not show any."""
    onward = own_address(request.query_params.get("next", ""), otherwise=HOME)
    if not person.session.waits_for_second_factor:
        return see_other(onward)
    return await _form(request, person, onward=onward)


@router.post("/console/second-factor")
async def press_code(request: Request, person: HalfWay) -> Response:
    """Check the code and lead on."""
    typed = await read_form(request)
    onward = own_address(typed["next"], otherwise=HOME)
    if not person.session.waits_for_second_factor:
        return see_other(onward)
    refused = await show_code(request, shower_of(person), code=typed.trimmed("code"))
    if refused:
        return await _form(request, person, onward=onward, refused=refused)
    return see_other(onward)


def shower_of(person: Person) -> Shower:
    """The person as the one who shows a second factor."""
    return Shower(current=person.session, actor=person.actor, now=person.now)


async def _form(
    request: Request, person: Person, *, onward: str, refused: Refused = NOT_REFUSED
) -> Response:
    async with database_of(request).transaction() as session:
        passkeys = await list_passkeys(session, user_id=person.session.user_id)
    page = render(
        "account/ask.html",
        words=person.words,
        person=person,
        status=refused.status,
        onward=onward,
        refused=refused,
        has_passkeys=bool(passkeys),
    )
    return with_wait(page, refused)
