"""The wizard's doors: services → person → time (held) → details → booked. All state but the hold
is in the address, so every step works without scripts and "back" loses nothing.
"""

from dataclasses import replace

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.confirm import confirm_hold
from openchair.booking.appointments.hold import hold_time, release_hold
from openchair.booking.appointments.queries import Hold, get_hold
from openchair.booking.catalogue.queries import get_catalogue
from openchair.identity.audit.caller import client_of
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid, NotFound, Problem
from openchair.web.own_page import require_own_page
from openchair.web.public.asked_first import hints
from openchair.web.public.basket import fill_basket
from openchair.web.public.chosen_time import day_of, read_start
from openchair.web.public.details_step import DetailsForm, check_details, read_details
from openchair.web.public.door import (
    database_of,
    forget_hold,
    open_site,
    remember_hold,
    remembered_hold,
    see_other,
    show,
)
from openchair.web.public.journey import read_journey
from openchair.web.public.services_step import can_do, next_step_url, view_services
from openchair.web.public.staff_step import view_staff
from openchair.web.public.step_pages import Arrival, details_page, times_page

SOURCE = "web"
MOST_FIELDS = 60

router = APIRouter()


async def _arrive(
    session: AsyncSession, request: Request, slug: str, language: str, form: FormData | None = None
) -> Arrival:
    site = await open_site(session, request=request, slug=slug, language=language)
    catalogue = await get_catalogue(session, salon_id=site.salon.id)
    fields = request.query_params if form is None else form
    return Arrival(site, catalogue, read_journey(fields=fields, catalogue=catalogue))


@router.get("/{slug:salon}/{language}/book")
async def choose_services(request: Request, slug: str, language: str) -> Response:
    """First step."""
    async with database_of(request).transaction() as session:
        here = await _arrive(session, request, slug, language)
        first = await hints(session, site=here.site, catalogue=here.catalogue)
    return show(
        "services.html",
        site=here.site,
        groups=view_services(
            site=here.site, catalogue=here.catalogue, journey=here.journey, hints=first
        ),
        basket=fill_basket(site=here.site, catalogue=here.catalogue, journey=here.journey),
        journey=here.journey,
        indexed=True,
        next_url=next_step_url(site=here.site, journey=here.journey),
    )


@router.get("/{slug:salon}/{language}/book/staff")
async def choose_staff(request: Request, slug: str, language: str) -> Response:
    """Second step; without a service there is nothing to do here yet."""
    async with database_of(request).transaction() as session:
        here = await _arrive(session, request, slug, language)
    if not here.journey.services:
        return see_other(here.site.url("/book"))
    return show(
        "staff.html",
        site=here.site,
        indexed=True,
        step=view_staff(site=here.site, catalogue=here.catalogue, journey=here.journey),
        basket=fill_basket(site=here.site, catalogue=here.catalogue, journey=here.journey),
        journey=here.journey,
    )


@router.get("/{slug:salon}/{language}/book/time")
async def choose_time(request: Request, slug: str, language: str) -> Response:
    """Third step: without a date, the day of the next free time."""
    async with database_of(request).transaction() as session:
        here = await _arrive(session, request, slug, language)
        if not here.journey.services:
            return see_other(here.site.url("/book"))
        if not can_do(here.journey):
            return see_other(here.site.url("/book/staff", service=here.journey.state["service"]))
        return await times_page(session, here, former=remembered_hold(request))


@router.get("/{slug:salon}/{language}/book/hold")
async def back_to_times(request: Request, slug: str, language: str) -> Response:
    """A refused hold that is reloaded, or read in another language: its times."""
    async with database_of(request).transaction() as session:
        here = await _arrive(session, request, slug, language)
    return see_other(here.site.url("/book/time", **here.journey.state))


@router.post("/{slug:salon}/{language}/book/hold")
async def hold(request: Request, slug: str, language: str) -> Response:
    """Keep the time; a former hold of this browser is given back in the same transaction."""
    require_own_page(request)
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    former = remembered_hold(request)

    async def work(session: AsyncSession) -> tuple[Arrival, Hold]:
        here = await _arrive(session, request, slug, language, form)
        if former:
            await release_hold(session, salon_id=here.site.salon.id, hold_id=former)
        held = await hold_time(
            session,
            salon=here.site.salon,
            service_ids=here.journey.service_ids,
            staff_ids=here.journey.staff_ids,
            start=read_start(form),
            address=client_of(request).ip,
            now=here.site.now,
        )
        return here, held

    try:
        here, held = await attempt(database_of(request), work)
    except (Conflict, Invalid) as problem:
        async with database_of(request).transaction() as session:
            here = await _arrive(session, request, slug, language, form)
            if not here.journey.services:
                return see_other(here.site.url("/book"))
            here = replace(here, journey=replace(here.journey, day=day_of(form, here.site)))
            return await times_page(session, here, problem=problem)
    response = see_other(here.site.url("/book/details", hold=str(held.id), **here.journey.state))
    remember_hold(response, site=here.site, hold_id=held.id)
    return response


@router.get("/{slug:salon}/{language}/book/details")
async def enter_details(request: Request, slug: str, language: str) -> Response:
    """Fourth step: who comes. A hold that is over leads back to its times, and says so."""
    async with database_of(request).transaction() as session:
        here = await _arrive(session, request, slug, language)
        if here.journey.hold is None:
            return see_other(here.site.url("/book/time", **here.journey.state))
        try:
            held = await get_hold(
                session, salon_id=here.site.salon.id, hold_id=here.journey.hold, now=here.site.now
            )
        except (NotFound, Conflict) as problem:
            if not here.journey.services:
                raise
            return await times_page(session, here, problem=problem)
    return details_page(here, held, form=DetailsForm(reminders=True), wrong={})


@router.post("/{slug:salon}/{language}/book/details")
async def confirm(request: Request, slug: str, language: str) -> Response:
    """Book what is held. A repeated form gets the same booking."""
    require_own_page(request)
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    details = read_details(form)
    async with database_of(request).transaction() as session:
        here = await _arrive(session, request, slug, language, form)
    if here.journey.hold is None:
        return see_other(here.site.url("/book"))
    hold_id = here.journey.hold
    wrong = check_details(site=here.site, form=details)
    trouble: Problem | None = None
    if not wrong:
        try:
            confirmed = await attempt(
                database_of(request),
                lambda session: confirm_hold(
                    session,
                    salon=here.site.salon,
                    hold_id=hold_id,
                    customer=details.customer(language),
                    consents=details.consents,
                    note=details.note,
                    source=SOURCE,
                    actor=client_of(request),
                    now=here.site.now,
                ),
            )
        except (Invalid, Conflict, NotFound) as problem:
            trouble = problem
        else:
            response = see_other(here.site.url(f"/booking/{confirmed.manage_token}", new="1"))
            forget_hold(response, site=here.site)
            return response
    async with database_of(request).transaction() as session:
        try:
            held = await get_hold(
                session, salon_id=here.site.salon.id, hold_id=hold_id, now=here.site.now
            )
        except (NotFound, Conflict) as problem:
            if not here.journey.services:
                raise
            return await times_page(session, here, problem=trouble or problem)
    return details_page(here, held, form=details, wrong=wrong, trouble=trouble)
