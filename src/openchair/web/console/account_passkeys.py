"""One's own passkeys: make one, name it, delete it. Making takes two steps, both asked by
`frontend/scripts/passkeys.js`; the others work without scripts.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.passkeys.queries import get_passkey
from openchair.identity.passkeys.register import (
    begin_registration,
    forget_passkey,
    register_passkey,
    rename_passkey,
)
from openchair.platform.errors import Conflict, Invalid
from openchair.web.caller import database_of
from openchair.web.console.account import ACCOUNT
from openchair.web.console.account_view import formats_of, view_passkey
from openchair.web.console.door import LOGGED_IN, Person
from openchair.web.console.forms import read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.passkeys import answered, said, take_challenge

router = APIRouter()
Me = Annotated[Person, Depends(LOGGED_IN)]


@router.post("/console/account/passkeys/begin")
async def begin(request: Request, person: Me) -> Response:
    """What the browser asks the device for."""
    try:
        async with database_of(request).transaction() as session:
            asked = await begin_registration(
                session,
                user_id=person.session.user_id,
                email=person.session.email,
                name=person.session.name,
                now=person.now,
            )
    except Conflict as problem:
        return said(problem, person.words)
    return answered(asked)


@router.post("/console/account/passkeys")
async def register(request: Request, person: Me) -> Response:
    """Keep the key that the device made."""
    typed, user_id = await read_form(request), person.session.user_id
    try:
        challenge = await take_challenge(request, typed, purpose="register", user_id=user_id)
        async with database_of(request).transaction() as session:
            await register_passkey(
                session,
                user_id=user_id,
                challenge=challenge,
                answer=typed["answer"],
                name=typed["name"],
                by=person.actor,
            )
    except (Invalid, Conflict) as problem:
        return said(problem, person.words)
    return answered({"onward": f"{ACCOUNT}?did=passkey#passkeys"})


@router.get("/console/account/passkeys/{passkey:uuid}")
async def show_passkey(request: Request, passkey: UUID, person: Me) -> Response:
    """One of them, to be named anew or deleted."""
    return await _page(request, passkey, person)


@router.post("/console/account/passkeys/{passkey:uuid}")
async def rename(request: Request, passkey: UUID, person: Me) -> Response:
    """Another name."""
    typed = await read_form(request)
    try:
        async with database_of(request).transaction() as session:
            await rename_passkey(
                session,
                user_id=person.session.user_id,
                passkey_id=passkey,
                name=typed["name"],
                by=person.actor,
            )
    except Invalid as problem:
        return await _page(request, passkey, person, name=typed["name"], problem=problem)
    return see_other(f"{ACCOUNT}?did=named#passkeys")


@router.post("/console/account/passkeys/{passkey:uuid}/delete")
async def delete(request: Request, passkey: UUID, person: Me) -> Response:
    """It opens nothing any more."""
    async with database_of(request).transaction() as session:
        await forget_passkey(
            session, user_id=person.session.user_id, passkey_id=passkey, by=person.actor
        )
    return see_other(f"{ACCOUNT}?did=forgotten#passkeys")


async def _page(
    request: Request,
    passkey: UUID,
    person: Person,
    *,
    name: str | None = None,
    problem: Invalid | None = None,
) -> Response:
    async with database_of(request).transaction() as session:
        found = await get_passkey(session, user_id=person.session.user_id, passkey_id=passkey)
        formats = await formats_of(session, person)
    words = person.words
    return render(
        "account/passkey.html",
        words=words,
        person=person,
        status=problem.status if problem else 200,
        passkey=view_passkey(found, words=words, formats=formats),
        name=found.name if name is None else name,
        wrong={problem.field or "form": words.text(problem.message)} if problem else {},
    )
