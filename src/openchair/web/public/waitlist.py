"""The waitlist's door from the wizard: "nothing suits? tell me when a time frees up". The state is
in the address, as everywhere in the wizard, so it works without scripts.
"""

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.catalogue.queries import get_catalogue
from openchair.booking.waitlist.join import Joined, Wanted, join_waitlist
from openchair.identity.audit.caller import client_of
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid, Problem
from openchair.web.own_page import require_own_page
from openchair.web.public.basket import fill_basket
from openchair.web.public.door import database_of, open_site, see_other, show
from openchair.web.public.journey import read_journey
from openchair.web.public.services_step import can_do
from openchair.web.public.step_pages import Arrival
from openchair.web.public.waitlist_form import (
    FIELDS,
    WaitlistForm,
    check_form,
    fresh_form,
    offered,
    read_waitlist_form,
    read_wish,
)
from openchair.web.public.waitlist_problems import waitlist_problem

SOURCE = "web"
MOST_FIELDS = 60

router = APIRouter()


@router.get("/{slug:salon}/{language}/waitlist")
async def ask_to_wait(request: Request, slug: str, language: str) -> Response:
    """The empty form, for what was chosen in the wizard."""
    async with database_of(request).transaction() as session:
        here = await _arrive(session, request, slug, language)
    if (elsewhere := _unready(here)) is not None:
        return elsewhere
    return _page(here, fresh_form(site=here.site, day=here.journey.day), wrong={})


@router.post("/{slug:salon}/{language}/waitlist")
async def join(request: Request, slug: str, language: str) -> Response:
    """Put them down; then to their own page, by the secret link."""
    require_own_page(request)
    fields = await request.form(max_files=0, max_fields=MOST_FIELDS)
    form = read_waitlist_form(fields)
    async with database_of(request).transaction() as session:
        here = await _arrive(session, request, slug, language, fields)
    if (elsewhere := _unready(here)) is not None:
        return elsewhere
    if wrong := check_form(site=here.site, form=form):
        return _page(here, form, wrong=wrong)
    wanted = Wanted(here.journey.service_ids, _one_person(here), read_wish(form, site=here.site))

    async def work(session: AsyncSession) -> Joined:
        return await join_waitlist(
            session,
            salon=here.site.salon,
            wanted=wanted,
            customer=form.customer(language),
            note=form.note,
            source=SOURCE,
            actor=client_of(request),
            address=client_of(request).ip,
            now=here.site.now,
        )

    try:
        joined = await attempt(database_of(request), work)
    except (Conflict, Invalid) as problem:
        said = waitlist_problem(words=here.site.words, problem=problem)
        name = FIELDS.get(problem.field or "")
        if name:
            return _page(here, form, wrong={name: said})
        return _page(here, form, wrong={}, trouble=problem)
    return see_other(here.site.url(f"/waitlist/{joined.token}", new="1"))


async def _arrive(
    session: AsyncSession, request: Request, slug: str, language: str, form: FormData | None = None
) -> Arrival:
    """A journey with one person for all: who waits for a team waits for whoever comes first."""
    site = await open_site(session, request=request, slug=slug, language=language)
    catalogue = await get_catalogue(session, salon_id=site.salon.id)
    fields = request.query_params if form is None else form
    journey = read_journey(fields=fields, catalogue=catalogue)
    if len(set(journey.staff)) > 1:
        journey = replace(journey, staff=(None,))
    return Arrival(site, catalogue, journey)


def _unready(here: Arrival) -> Response | None:
    """Where to go first, as long as it is not known what for."""
    if not here.journey.services:
        return see_other(here.site.url("/book"))
    if not can_do(here.journey):
        return see_other(here.site.url("/book/staff", service=here.journey.state["service"]))
    return None


def _one_person(here: Arrival) -> UUID | None:
    return here.journey.person_for(0)


def _page(
    here: Arrival,
    form: WaitlistForm,
    *,
    wrong: dict[str, str],
    trouble: Problem | None = None,
) -> Response:
    site, journey = here.site, here.journey
    return show(
        "waitlist.html",
        site=site,
        status=trouble.status if trouble else 422 if wrong else 200,
        basket=fill_basket(site=site, catalogue=here.catalogue, journey=journey),
        journey=journey,
        form=form,
        choices=offered(site),
        wrong=wrong,
        problem=waitlist_problem(words=site.words, problem=trouble) if trouble else "",
        times_url=site.url("/book/time", **journey.state),
    )
