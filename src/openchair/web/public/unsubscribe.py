"""The doors behind the link that ends reminders or news: see what it is, end it, take it back.

The token in the address is the key. Reading changes nothing, as mail programs read links ahead;
mail programs may end it by themselves with one POST (RFC 8058), without cookie and origin.
"""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from openchair.customers.consents.queries import allows, is_known
from openchair.customers.consents.unsubscribe import (
    can_resubscribe,
    resubscribe,
    unsubscribe,
)
from openchair.identity.audit.caller import client_of
from openchair.notifications.unsubscribe import Unsubscription, read_token
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import NotFound
from openchair.salons.queries import Salon, get_salon_by_id
from openchair.web.public.door import database_of, open_site, see_other, show
from openchair.web.public.site import Site, offered_languages

MOST_FIELDS = 10
DID = frozenset({"ended", "undone"})

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribeView:
    """What the page says: `state` is on, off, or unknown for an address nobody has."""

    title: str
    lead: str
    stop: str
    again: str
    state: str
    did: str
    url: str


@router.get("/unsubscribe/{token}")
async def lead_to_page(request: Request, token: str) -> Response:
    """To the page in the salon's look and the mail's language."""
    asked = read_token(token)
    async with database_of(request).transaction() as session:
        salon = await get_salon_by_id(session, salon_id=asked.salon_id)
    address = f"/{salon.slug}/{_language(asked, salon)}/unsubscribe/{quote(token)}"
    return RedirectResponse(address, status_code=302, headers={"Cache-Control": "no-store"})


@router.post("/unsubscribe/{token}")
async def end_by_one_click(request: Request, token: str) -> Response:
    """End it at once, as a mail program asks (RFC 8058, 3.2)."""
    asked = read_token(token)

    async def work(session: AsyncSession) -> Salon:
        salon = await get_salon_by_id(session, salon_id=asked.salon_id)
        await unsubscribe(session, asked=asked, by=client_of(request))
        return salon

    salon = await attempt(database_of(request), work)
    return await _page(request, salon.slug, _language(asked, salon), token, did="ended")


@router.get("/{slug:salon}/{language}/unsubscribe/{token}")
async def ask(request: Request, slug: str, language: str, token: str) -> Response:
    """What one would unsubscribe from, with the button that does it."""
    did = request.query_params.get("did", "")
    return await _page(request, slug, language, token, did=did if did in DID else "")


@router.post("/{slug:salon}/{language}/unsubscribe/{token}")
async def end_or_undo(request: Request, slug: str, language: str, token: str) -> Response:
    """End it, or take that back."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    undo = bool(form.get("undo"))

    async def work(session: AsyncSession) -> str:
        site, asked = await _arrive(session, request, slug, language, token)
        verb = resubscribe if undo else unsubscribe
        await verb(session, asked=asked, by=client_of(request))
        return site.url(f"/unsubscribe/{quote(token)}", did="undone" if undo else "ended")

    return see_other(await attempt(database_of(request), work))


async def _page(request: Request, slug: str, language: str, token: str, *, did: str) -> Response:
    async with database_of(request).transaction() as session:
        site, asked = await _arrive(session, request, slug, language, token)
        known = await is_known(
            session, salon_id=asked.salon_id, channel=asked.channel, recipient=asked.recipient
        )
        wanted = await allows(
            session,
            salon_id=asked.salon_id,
            channel=asked.channel,
            recipient=asked.recipient,
            category=asked.category,
        )
        can_undo = not wanted and await can_resubscribe(session, asked=asked)
    state = ("on" if wanted else "off") if known else "unknown"
    view = view_page(site, asked, token=token, state=state, did=did, can_undo=can_undo)
    return show("unsubscribe.html", site=site, view=view)


async def _arrive(
    session: AsyncSession, request: Request, slug: str, language: str, token: str
) -> tuple[Site, Unsubscription]:
    asked = read_token(token)
    site = await open_site(session, request=request, slug=slug, language=language)
    if site.salon.id != asked.salon_id:
        raise NotFound("This link belongs to another salon.", code="unsubscribe_unknown")
    return site, asked


def view_page(
    site: Site, asked: Unsubscription, *, token: str, state: str, did: str, can_undo: bool
) -> UnsubscribeView:
    """The page's sentences. What was done is only said while it is still so."""
    say, reminders = site.words.text, asked.category == "reminder"
    told = {("ended", "off"): "ended", ("undone", "on"): "undone"}.get((did, state), "")
    titles = {
        "on": say("No more reminders?") if reminders else say("No more news?"),
        "off": say("No more reminders") if reminders else say("No more news"),
        "unknown": say("Nothing comes to this address"),
    }
    if told == "undone":
        titles["on"] = say("Reminders come again") if reminders else say("News come again")
    return UnsubscribeView(
        title=titles[state],
        lead=_lead(site, asked, state),
        stop=say("Stop the reminders") if reminders else say("Stop the news"),
        again=say("Take it back") if can_undo else "",
        state=state,
        did=told,
        url=site.url(f"/unsubscribe/{quote(token)}"),
    )


def _lead(site: Site, asked: Unsubscription, state: str) -> str:
    say, facts = site.words.text, {"salon": site.salon.name, "address": asked.recipient}
    if state == "unknown":
        return say("{salon} does not have {address} on file, so there is nothing to stop.", **facts)
    if state == "off":
        if asked.category == "reminder":
            return say("{salon} does not remind {address} of visits any more.", **facts)
        return say("{salon} sends no news to {address} any more.", **facts)
    if asked.category == "reminder":
        return say("{salon} reminds {address} the day before each visit.", **facts)
    return say("{salon} sends news to {address} now and then.", **facts)


def _language(asked: Unsubscription, salon: Salon) -> str:
    offered = offered_languages(salon)
    return asked.language if asked.language in offered else offered[0]
