"""The doors for news of the status page by mail: ask for it, confirm it, end it.

The page itself is files that the watcher serves; its form posts here. Reading changes nothing, as
mail programs read links ahead; the link that ends it also takes their one click (RFC 8058).
"""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from openchair.operations.status_page.settings import StatusPageSettings
from openchair.operations.status_page.subscribers import (
    confirm,
    find_subscriber,
    subscribe,
    unsubscribe,
)
from openchair.operations.status_page.words import DOMAIN
from openchair.platform.clock import utc_now
from openchair.platform.db.attempt import attempt
from openchair.platform.edge.client_address import address_of
from openchair.platform.errors import Invalid
from openchair.platform.languages.catalogues import NAMES, Words, words_for
from openchair.platform.rate_limits.take import take
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.platform.settings.limits import LimitSettings
from openchair.salons.branding.brand import NEUTRAL
from openchair.web import pages
from openchair.web.caller import database_of
from openchair.web.forms import read_form
from openchair.web.languages import negotiate

HOUR = 3600

router = APIRouter(include_in_schema=False)


@router.get("/status")
async def lead_to_page() -> Response:
    """To the page, which is served apart."""
    return RedirectResponse(
        load(InstallationSettings).status_address,
        status_code=302,
        headers={"Cache-Control": "no-store"},
    )


@router.get("/status/subscribe")
async def ask(request: Request) -> Response:
    """The form, for whoever did not come from the page."""
    words = _words(request.query_params.get("language", ""), request)
    return _form(words, email="", wrong=False)


@router.post("/status/subscribe")
async def begin(request: Request) -> Response:
    """Send the link that confirms; the answer is the same whether the address is new or not."""
    typed = await read_form(request)
    words, email = _words(typed["language"], request), typed.trimmed("email")
    limit = load(LimitSettings).limit_subscriptions_per_hour
    async with database_of(request).transaction() as session:
        key = f"status-subscribe:{address_of(request)}"
        await take(session, key=key, limit=limit, per_seconds=HOUR)

    async def work(session: Any) -> None:
        await subscribe(session, email=email, language=words.language, now=utc_now())

    try:
        await attempt(database_of(request), work)
    except Invalid:
        return _form(words, email=email, wrong=True)
    return _letter(
        words,
        title=words.text("Please look into your mails"),
        lead=words.text(
            "We sent a link to {address}. You will be told once you open it.", address=email
        ),
    )


@router.get("/status/confirm/{token}")
async def show_confirm(request: Request, token: str) -> Response:
    """The button that confirms."""
    async with database_of(request).transaction() as session:
        found = await find_subscriber(session, token=token)
    words = _words(found.language, request)
    if found.confirmed_at is not None:
        return _confirmed(words, found.email)
    return _letter(
        words,
        title=words.text("Shall we tell you?"),
        lead=words.text(
            "News go to {address} when something breaks, and when it works again.",
            address=found.email,
        ),
        act=words.text("Yes, tell me"),
        action=request.url.path,
    )


@router.post("/status/confirm/{token}")
async def do_confirm(request: Request, token: str) -> Response:
    """From now on they are told."""

    async def work(session: Any) -> Any:
        return await confirm(session, token=token, now=utc_now())

    found = await attempt(database_of(request), work)
    return _confirmed(_words(found.language, request), found.email)


@router.get("/status/unsubscribe/{token}")
async def show_unsubscribe(request: Request, token: str) -> Response:
    """The button that ends it."""
    async with database_of(request).transaction() as session:
        found = await find_subscriber(session, token=token)
    words = _words(found.language, request)
    return _letter(
        words,
        title=words.text("No more news?"),
        lead=words.text("News about what does not work go to {address}.", address=found.email),
        act=words.text("Stop the news"),
        action=request.url.path,
    )


@router.post("/status/unsubscribe/{token}")
async def do_unsubscribe(request: Request, token: str) -> Response:
    """Forget the address, by the button or by a mail program's one click."""
    words = _words("", request)

    async def work(session: Any) -> None:
        await unsubscribe(session, token=token)

    await attempt(database_of(request), work)
    return _letter(
        words,
        title=words.text("No more news"),
        lead=words.text("Your address is forgotten. Nothing more will come."),
    )


def _confirmed(words: Words, email: str) -> Response:
    return _letter(
        words,
        title=words.text("You will hear from us"),
        lead=words.text(
            "We write to {address} when something breaks, and when it works again.", address=email
        ),
    )


def _letter(words: Words, *, title: str, lead: str, act: str = "", action: str = "") -> Response:
    return _page("letter.html", words, title=title, lead=lead, act=act, action=action)


def _form(words: Words, *, email: str, wrong: bool) -> Response:
    status = 422 if wrong else 200
    return _page("subscribe.html", words, status=status, email=email, wrong=wrong)


def _page(template: str, words: Words, *, status: int = 200, **data: Any) -> Response:
    return pages.render(
        f"status/{template}",
        brand=NEUTRAL,
        words=words,
        status=status,
        name=load(StatusPageSettings).name,
        page_url=f"{load(InstallationSettings).status_address}/{words.language}/index.html",
        **data,
    )


def _words(language: str, request: Request) -> Words:
    """The language the form or the subscription names, else the browser's."""
    accepted = request.headers.get("accept-language", "")
    chosen = (
        language
        if language in NAMES
        else negotiate(accepted=accepted, offered=tuple(NAMES), default="en")
    )
    return words_for(domain=DOMAIN, language=chosen)
