"""Passkeys at the console's door: alone instead of the password, or as the second factor.

Each takes two steps, both asked by `frontend/scripts/passkeys.js`: what the device has to sign, and
what it answered. Answers are JSON.
"""

from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from openchair.identity.audit.record import Actor
from openchair.identity.passkeys.challenges import Purpose, use_challenge
from openchair.identity.passkeys.present import ask, refused, show_passkey
from openchair.identity.passkeys.queries import KnownKey
from openchair.identity.sessions.log_in import (
    OpenedSession,
    count_visitor,
    note_refusal,
    open_session,
)
from openchair.identity.sessions.second_factor import note_second_factor
from openchair.platform.clock import utc_now
from openchair.platform.errors import Invalid, Problem, TooMany
from openchair.platform.languages.catalogues import Words
from openchair.web.caller import database_of, visitor_of
from openchair.web.console.door import HALF_WAY, Person
from openchair.web.console.forms import Typed, own_address, read_form
from openchair.web.console.language import browser_words
from openchair.web.console.log_in import HOME
from openchair.web.console.problem_words import sentence_of
from openchair.web.console.second_factor import shower_of
from openchair.web.cookies import read_token, set_token
from openchair.web.own_page import ANYBODY
from openchair.web.second_factor import count

router = APIRouter()
HalfWay = Annotated[Person, Depends(HALF_WAY)]


@router.post("/console/log-in/passkey/begin", dependencies=[Depends(ANYBODY)])
async def begin_log_in(request: Request) -> Response:
    """What any device with a passkey of ours may sign."""
    try:
        async with database_of(request).transaction() as session:
            await count_visitor(session, visitor=visitor_of(request))
            asked = await ask(session, purpose="log_in", user_id=None, now=utc_now())
    except TooMany as problem:
        return said(problem, browser_words(request))
    return answered(asked)


@router.post("/console/log-in/passkey", dependencies=[Depends(ANYBODY)])
async def log_in(request: Request) -> Response:
    """Open a session for whose passkey it is; it counts as both factors, for the device asked for
    finger, face or PIN.
    """
    typed, visitor = await read_form(request), visitor_of(request)
    by = Actor("client", None, visitor.ip, visitor.user_agent)
    try:
        key = await show(request, typed, purpose="log_in", user_id=None, by=by)
    except Invalid as problem:
        return said(problem, browser_words(request))
    opened = await _open(request, key)
    response = answered({"onward": own_address(typed["next"], otherwise=HOME)})
    set_token(request, response, token=opened.token)
    return response


@router.post("/console/second-factor/passkey/begin")
async def begin_second_factor(request: Request, person: HalfWay) -> Response:
    """What one of their own devices may sign."""
    async with database_of(request).transaction() as session:
        asked = await ask(
            session, purpose="second_factor", user_id=person.session.user_id, now=person.now
        )
    return answered(asked)


@router.post("/console/second-factor/passkey")
async def show_second_factor(request: Request, person: HalfWay) -> Response:
    """Check the answer and lead on."""
    typed = await read_form(request)
    try:
        await count(request, shower_of(person))
        await show(
            request,
            typed,
            purpose="second_factor",
            user_id=person.session.user_id,
            by=person.actor,
        )
    except (Invalid, TooMany) as problem:
        return said(problem, person.words)
    async with database_of(request).transaction() as session:
        await note_second_factor(session, session_id=person.session.id, now=person.now)
    return answered({"onward": own_address(typed["next"], otherwise=HOME)})


async def show(
    request: Request, typed: Typed, *, purpose: Purpose, user_id: UUID | None, by: Actor
) -> KnownKey:
    """The key that fits. The challenge is used up, and a refusal written down, whatever comes of
    it. Raises `Invalid`.
    """
    now = utc_now()
    challenge = await take_challenge(request, typed, purpose=purpose, user_id=user_id)
    async with database_of(request).transaction() as session:
        shown = await show_passkey(
            session,
            challenge=challenge,
            answer=typed["answer"],
            user_id=user_id,
            by=by,
            now=now,
        )
        if shown.key is None:
            await note_refusal(
                session,
                email="",
                user_id=user_id,
                reason=shown.reason,
                visitor=visitor_of(request),
            )
    if shown.key is None:
        raise refused()
    return shown.key


async def take_challenge(
    request: Request, typed: Typed, *, purpose: Purpose, user_id: UUID | None
) -> bytes:
    """What the device had to sign; it counts no second time. Raises `Invalid`."""
    challenge_id = UUID(int=0)
    with suppress(ValueError):
        challenge_id = UUID(typed["challenge"])
    async with database_of(request).transaction() as session:
        return await use_challenge(
            session, challenge_id=challenge_id, purpose=purpose, user_id=user_id, now=utc_now()
        )


async def _open(request: Request, key: KnownKey) -> OpenedSession:
    now = utc_now()
    async with database_of(request).transaction() as session:
        opened = await open_session(
            session,
            user_id=key.user_id,
            email=key.email,
            old_token=read_token(request),
            visitor=visitor_of(request),
            now=now,
        )
        await note_second_factor(session, session_id=opened.id, now=now)
    return opened


def answered(data: dict[str, Any]) -> Response:
    """What the script goes on with."""
    return JSONResponse(data, headers={"Cache-Control": "no-store"})


def said(problem: Problem, words: Words) -> Response:
    """What the script shows."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(problem, TooMany):
        headers["Retry-After"] = str(problem.retry_after)
    return JSONResponse(
        {"code": problem.code, "message": sentence_of(problem, words=words)},
        status_code=problem.status,
        headers=headers,
    )
