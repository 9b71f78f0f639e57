"""Everybody's own page: name, language, password; and what logs them in and where."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.accounts.describe import describe_account
from openchair.identity.accounts.passwords import check_password, require_other
from openchair.identity.accounts.queries import find_credentials
from openchair.identity.sessions.change_password import change_password
from openchair.identity.sessions.end import end_all_sessions, end_session
from openchair.identity.sessions.log_in import count_attempt
from openchair.platform.errors import Invalid, NotFound, Problem, TooMany
from openchair.platform.languages.catalogues import NAMES
from openchair.web.caller import database_of, visitor_of
from openchair.web.console.account_view import notice_of, read_account
from openchair.web.console.door import LOGGED_IN, Person
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.language import console_words
from openchair.web.console.pages import render, see_other

ACCOUNT = "/console/account"
router = APIRouter()
Me = Annotated[Person, Depends(LOGGED_IN)]


@router.get("/console/account")
async def show_account(request: Request, person: Me) -> Response:
    """The whole page."""
    return await account_page(request, person)


@router.post("/console/account")
async def save_account(request: Request, person: Me) -> Response:
    """Name and language."""
    typed = await read_form(request)
    try:
        language = _require_language(typed["language"])
        async with database_of(request).transaction() as session:
            await describe_account(
                session,
                user_id=person.session.user_id,
                name=typed["name"],
                language=language,
                by=person.actor,
            )
    except Invalid as problem:
        return await account_page(request, person, typed=typed, problem=problem)
    return see_other(f"{ACCOUNT}?did=saved")


@router.post("/console/account/password")
async def save_password(request: Request, person: Me) -> Response:
    """A new password, for whoever knows the present one. All other sessions end."""
    typed = await read_form(request)
    try:
        await _require_present(request, person, typed["present"])
        require_other(present=typed["present"], password=typed["password"])
        async with database_of(request).transaction() as session:
            await change_password(
                session,
                user_id=person.session.user_id,
                password=typed["password"],
                by=person.actor,
                keep_session_id=person.session.id,
            )
    except (Invalid, TooMany) as problem:
        return await account_page(request, person, problem=problem)
    return see_other(f"{ACCOUNT}?did=password#password")


@router.post("/console/account/sessions/{login:uuid}/end")
async def end_one(request: Request, login: UUID, person: Me) -> Response:
    """Log one device out: another one, since this one has a button of its own."""
    async with database_of(request).transaction() as session:
        ended = await end_session(
            session, session_id=login, user_id=person.session.user_id, by=person.actor
        )
    if not ended:
        raise NotFound("This device is logged out already.", code="session_not_found")
    return see_other(f"{ACCOUNT}?did=ended#devices")


@router.post("/console/account/sessions/end-others")
async def end_others(request: Request, person: Me) -> Response:
    """Log all devices out but this one."""
    async with database_of(request).transaction() as session:
        await end_all_sessions(
            session,
            user_id=person.session.user_id,
            by=person.actor,
            except_id=person.session.id,
        )
    return see_other(f"{ACCOUNT}?did=ended-others#devices")


async def account_page(
    request: Request, person: Person, *, typed: Typed | None = None, problem: Problem | None = None
) -> Response:
    """The page, with what was wrong beside its field."""
    async with database_of(request).transaction() as session:
        account = await read_account(session, person, request)
    words = console_words(person.session.language)
    return render(
        "account/account.html",
        words=words,
        person=person,
        status=problem.status if problem else 200,
        account=account,
        name=typed["name"] if typed else person.session.name,
        chosen=typed["language"] if typed else person.session.language,
        wrong={problem.field or "form": words.text(problem.message)} if problem else {},
        notice=notice_of(words, request.query_params.get("did", "")),
    )


def _require_language(language: str) -> str:
    if language not in NAMES:
        raise Invalid("Please choose one of these languages.", field="language")
    return language


async def _require_present(request: Request, person: Person, password: str) -> None:
    """Raises `Invalid` (field `present`), `TooMany` after as many tries as at the log-in."""
    database = database_of(request)
    async with database.transaction() as session:
        await count_attempt(session, email=person.session.email, visitor=visitor_of(request))
    async with database.transaction() as session:
        known = await find_credentials(session, email=person.session.email)
    verdict = await check_password(
        password_hash=known.password_hash if known else None, password=password
    )
    if not verdict.right:
        raise Invalid("This is not your present password.", field="present", code="wrong_password")
