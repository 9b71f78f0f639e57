"""The doors behind a client's own link to the waitlist: see it, say yes or no to a time, leave,
come back. The token in the address is the key; that of the list and that of an offer open the same.

Reading changes nothing, as mail programs read links ahead: a yes is always a button.
"""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.queries import Hold, get_hold
from openchair.booking.appointments.request import Confirmed
from openchair.booking.catalogue.queries import get_catalogue
from openchair.booking.waitlist.accept import accept_offer
from openchair.booking.waitlist.decline import decline_offer
from openchair.booking.waitlist.queries import Entry, get_entry_by_token
from openchair.booking.waitlist.withdraw import restore_entry, withdraw_entry
from openchair.identity.audit.caller import client_of
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid, NotFound, Problem
from openchair.web.own_page import require_own_page
from openchair.web.public.door import database_of, open_site, see_other, show
from openchair.web.public.site import Site
from openchair.web.public.waitlist_problems import waitlist_problem
from openchair.web.public.waitlist_view import view_place

PAGE = "/{slug:salon}/{language}/waitlist/{token}"
TOLD = frozenset({"declined", "back"})
Work = Callable[[AsyncSession, Site, Entry], Awaitable[object]]

router = APIRouter()


@router.get(PAGE)
async def see(request: Request, slug: str, language: str, token: str) -> Response:
    """Their place on the list, and the time that is kept for them if there is one."""
    return await _page(request, slug, language, token)


@router.post(PAGE + "/accept")
async def accept(request: Request, slug: str, language: str, token: str) -> Response:
    """Yes: the visit's own page. A second yes leads there too."""
    require_own_page(request)

    async def work(session: AsyncSession) -> tuple[Site, Confirmed]:
        site = await open_site(session, request=request, slug=slug, language=language)
        confirmed = await accept_offer(
            session, salon=site.salon, token=token, by=client_of(request), now=site.now
        )
        return site, confirmed

    try:
        site, confirmed = await attempt(database_of(request), work)
    except (Conflict, Invalid) as problem:
        return await _page(request, slug, language, token, problem=problem)
    return see_other(site.url(f"/booking/{confirmed.manage_token}", new="1"))


@router.post(PAGE + "/decline")
async def decline(request: Request, slug: str, language: str, token: str) -> Response:
    """No: the time goes on, they go on waiting."""

    async def work(session: AsyncSession, site: Site, _entry: Entry) -> object:
        return await decline_offer(
            session, salon=site.salon, token=token, by=client_of(request), now=site.now
        )

    return await _do(request, slug, language, token, work, did="declined")


@router.post(PAGE + "/withdraw")
async def withdraw(request: Request, slug: str, language: str, token: str) -> Response:
    """They wait no more."""

    async def work(session: AsyncSession, site: Site, entry: Entry) -> object:
        return await withdraw_entry(
            session, salon=site.salon, entry_id=entry.id, by=client_of(request), now=site.now
        )

    return await _do(request, slug, language, token, work, did="")


@router.post(PAGE + "/restore")
async def restore(request: Request, slug: str, language: str, token: str) -> Response:
    """They wait again, at their old place."""

    async def work(session: AsyncSession, site: Site, entry: Entry) -> object:
        return await restore_entry(
            session, salon=site.salon, entry_id=entry.id, by=client_of(request), now=site.now
        )

    return await _do(request, slug, language, token, work, did="back")


async def _do(
    request: Request, slug: str, language: str, token: str, work: Work, *, did: str
) -> Response:
    require_own_page(request)

    async def run(session: AsyncSession) -> str:
        site, entry = await _arrive(session, request, slug, language, token)
        await work(session, site, entry)
        return site.url(f"/waitlist/{token}", did=did)

    try:
        return see_other(await attempt(database_of(request), run))
    except (Conflict, Invalid) as problem:
        return await _page(request, slug, language, token, problem=problem)


async def _arrive(
    session: AsyncSession, request: Request, slug: str, language: str, token: str
) -> tuple[Site, Entry]:
    site = await open_site(session, request=request, slug=slug, language=language)
    entry = await get_entry_by_token(session, salon_id=site.salon.id, token=token)
    return site, entry


async def _page(
    request: Request,
    slug: str,
    language: str,
    token: str,
    *,
    problem: Problem | None = None,
) -> Response:
    async with database_of(request).transaction() as session:
        site, entry = await _arrive(session, request, slug, language, token)
        hold = await _held(session, site, entry)
        catalogue = await get_catalogue(session, salon_id=site.salon.id)
    query = request.query_params
    return show(
        "waitlist_place.html",
        site=site,
        status=problem.status if problem else 200,
        place=view_place(site=site, entry=entry, hold=hold, catalogue=catalogue, token=token),
        fresh="new" in query,
        answer=query.get("answer", ""),
        did=query.get("did", "") if query.get("did", "") in TOLD else "",
        problem=waitlist_problem(words=site.words, problem=problem, phone=site.salon.phone)
        if problem
        else "",
    )


async def _held(session: AsyncSession, site: Site, entry: Entry) -> Hold | None:
    """What an open offer keeps, while it does."""
    if entry.open is None:
        return None
    try:
        return await get_hold(
            session, salon_id=site.salon.id, hold_id=entry.open.hold_id, now=site.now
        )
    except (NotFound, Conflict):
        return None
