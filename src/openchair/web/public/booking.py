"""The wizard's doors: services → person → time (held) → details → booked. All state but the hold
is in the address, so every step works without scripts and "back" loses nothing.
"""

from dataclasses import replace
from datetime import date

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.confirm import confirm_hold
from openchair.booking.appointments.hold import hold_time, release_hold
from openchair.booking.appointments.queries import Hold, get_hold
from openchair.booking.availability.find import Availability, find_times
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid, NotFound, Problem
from openchair.web.own_page import require_own_page
from openchair.web.public.basket import fill_basket
from openchair.web.public.chosen_time import alternatives_of, day_of, read_start
from openchair.web.public.details_step import DetailsForm, check_details, read_details
from openchair.web.public.door import (
    client_of,
    database_of,
    forget_hold,
    open_site,
    remember_hold,
    remembered_hold,
    see_other,
    show,
)
from openchair.web.public.held import view_held
from openchair.web.public.journey import Journey, read_journey
from openchair.web.public.problems import problem_text
from openchair.web.public.services_step import can_do, next_step_url, view_services
from openchair.web.public.site import Site
from openchair.web.public.staff_step import view_staff
from openchair.web.public.times_step import first_shown, last_shown, time_choices, view_times

SOURCE = "web"
MOST_FIELDS = 60

router = APIRouter()


async def _arrive(
    session: AsyncSession, request: Request, slug: str, language: str, form: FormData | None = None
) -> tuple[Site, Catalogue, Journey]:
    site = await open_site(session, request=request, slug=slug, language=language)
    catalogue = await get_catalogue(session, salon_id=site.salon.id)
    fields = request.query_params if form is None else form
    return site, catalogue, read_journey(fields=fields, catalogue=catalogue)


@router.get("/{slug}/{language}/book")
async def choose_services(request: Request, slug: str, language: str) -> Response:
    """First step."""
    async with database_of(request).transaction() as session:
        site, catalogue, journey = await _arrive(session, request, slug, language)
    return show(
        "services.html",
        site=site,
        groups=view_services(site=site, catalogue=catalogue, journey=journey),
        basket=fill_basket(site=site, catalogue=catalogue, journey=journey),
        journey=journey,
        next_url=next_step_url(site=site, catalogue=catalogue, journey=journey),
    )


@router.get("/{slug}/{language}/book/staff")
async def choose_staff(request: Request, slug: str, language: str) -> Response:
    """Second step; without a service there is nothing to do here yet."""
    async with database_of(request).transaction() as session:
        site, catalogue, journey = await _arrive(session, request, slug, language)
    if not journey.services:
        return see_other(site.url("/book"))
    return show(
        "staff.html",
        site=site,
        step=view_staff(site=site, catalogue=catalogue, journey=journey),
        basket=fill_basket(site=site, catalogue=catalogue, journey=journey),
        journey=journey,
    )


@router.get("/{slug}/{language}/book/time")
async def choose_time(request: Request, slug: str, language: str) -> Response:
    """Third step: without a date, the day of the next free time."""
    async with database_of(request).transaction() as session:
        site, catalogue, journey = await _arrive(session, request, slug, language)
        if not journey.services:
            return see_other(site.url("/book"))
        if not can_do(journey=journey, catalogue=catalogue):
            return see_other(site.url("/book/staff", service=journey.state["service"]))
        return await _times_page(session, request, site, catalogue, journey)


@router.post("/{slug}/{language}/book/hold")
async def hold(request: Request, slug: str, language: str) -> Response:
    """Keep the time; a former hold of this browser is given back in the same transaction."""
    require_own_page(request)
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    former = remembered_hold(request)

    async def work(session: AsyncSession) -> tuple[Site, Journey, Hold]:
        site, _, journey = await _arrive(session, request, slug, language, form)
        if former:
            await release_hold(session, salon_id=site.salon.id, hold_id=former)
        held = await hold_time(
            session,
            salon=site.salon,
            service_ids=journey.service_ids,
            staff_ids=journey.staff_ids,
            start=read_start(form),
            now=site.now,
        )
        return site, journey, held

    try:
        site, journey, held = await attempt(database_of(request), work)
    except (Conflict, Invalid) as problem:
        async with database_of(request).transaction() as session:
            site, catalogue, journey = await _arrive(session, request, slug, language, form)
            if not journey.services:
                return see_other(site.url("/book"))
            journey = replace(journey, day=day_of(form, site))
            return await _times_page(session, request, site, catalogue, journey, problem)
    response = see_other(site.url("/book/details", hold=str(held.id), **journey.state))
    remember_hold(response, site=site, hold_id=held.id)
    return response


@router.get("/{slug}/{language}/book/details")
async def enter_details(request: Request, slug: str, language: str) -> Response:
    """Fourth step: who comes. A hold that is over leads back to its times, and says so."""
    async with database_of(request).transaction() as session:
        site, catalogue, journey = await _arrive(session, request, slug, language)
        if journey.hold is None:
            return see_other(site.url("/book/time", **journey.state))
        try:
            held = await get_hold(
                session, salon_id=site.salon.id, hold_id=journey.hold, now=site.now
            )
        except (NotFound, Conflict) as problem:
            if not journey.services:
                raise
            return await _times_page(session, request, site, catalogue, journey, problem)
    return _details_page(site, catalogue, journey, held, form=DetailsForm(), wrong={})


@router.post("/{slug}/{language}/book/details")
async def confirm(request: Request, slug: str, language: str) -> Response:
    """Book what is held. A repeated form gets the same booking."""
    require_own_page(request)
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    details = read_details(form)
    async with database_of(request).transaction() as session:
        site, catalogue, journey = await _arrive(session, request, slug, language, form)
    if journey.hold is None:
        return see_other(site.url("/book"))
    hold_id = journey.hold
    wrong = check_details(site=site, form=details)
    trouble: Problem | None = None
    if not wrong:
        try:
            confirmed = await attempt(
                database_of(request),
                lambda session: confirm_hold(
                    session,
                    salon=site.salon,
                    hold_id=hold_id,
                    customer=details.customer(language),
                    consents=details.consents,
                    note=details.note,
                    source=SOURCE,
                    actor=client_of(request),
                    now=site.now,
                ),
            )
        except (Invalid, Conflict, NotFound) as problem:
            trouble = problem
        else:
            response = see_other(site.url(f"/booking/{confirmed.manage_token}", new="1"))
            forget_hold(response, site=site)
            return response
    async with database_of(request).transaction() as session:
        try:
            held = await get_hold(session, salon_id=site.salon.id, hold_id=hold_id, now=site.now)
        except (NotFound, Conflict) as problem:
            if not journey.services:
                raise
            return await _times_page(session, request, site, catalogue, journey, problem)
    return _details_page(site, catalogue, journey, held, form=details, wrong=wrong, trouble=trouble)


async def _times_page(
    session: AsyncSession,
    request: Request,
    site: Site,
    catalogue: Catalogue,
    journey: Journey,
    problem: Problem | None = None,
) -> Response:
    availability, first = await _availability(session, site, catalogue, journey)
    free = availability.next_free
    chosen = journey.day or (site.formats.local(free).date() if free else None)
    held, hold_id = None, remembered_hold(request)
    if hold_id and problem is None:
        try:
            held = await get_hold(session, salon_id=site.salon.id, hold_id=hold_id, now=site.now)
        except Problem:
            held = None  # over or gone: there is nothing to remind of

    def day_url(day: date, shown: date) -> str:
        return site.url("/book/time", **journey.state, date=day, **{"from": shown}) + "#times"

    return show(
        "times.html",
        site=site,
        status=problem.status if problem else 200,
        step=view_times(
            site=site, availability=availability, chosen=chosen, first=first, day_url=day_url
        ),
        basket=fill_basket(site=site, catalogue=catalogue, journey=journey),
        journey=journey,
        held=view_held(site=site, hold=held, journey=journey) if held else None,
        problem=problem_text(words=site.words, problem=problem, phone=site.salon.phone)
        if problem
        else "",
        alternatives_offered=time_choices(site=site, starts=alternatives_of(problem)),
    )


async def _availability(
    session: AsyncSession, site: Site, catalogue: Catalogue, journey: Journey
) -> tuple[Availability, date]:
    """Two weeks around the wanted day; those of the next free time when nothing was wanted."""

    async def two_weeks(around: date) -> tuple[Availability, date]:
        first = first_shown(site=site, around=around)
        found = await find_times(
            session,
            salon=site.salon,
            service_ids=journey.service_ids,
            staff_ids=journey.staff_ids,
            first=first,
            last=last_shown(first),
            now=site.now,
            catalogue=catalogue,
        )
        return found, first

    wanted = journey.first or journey.day
    found, first = await two_weeks(wanted or site.formats.local(site.now).date())
    free = site.formats.local(found.next_free).date() if found.next_free else None
    if wanted is None and free and free > last_shown(first):
        return await two_weeks(free)
    return found, first


def _details_page(
    site: Site,
    catalogue: Catalogue,
    journey: Journey,
    held: Hold,
    *,
    form: DetailsForm,
    wrong: dict[str, str],
    trouble: Problem | None = None,
) -> Response:
    return show(
        "details.html",
        site=site,
        status=trouble.status if trouble else 422 if wrong else 200,
        held=view_held(site=site, hold=held, journey=journey),
        basket=fill_basket(site=site, catalogue=catalogue, journey=journey, hold=held),
        journey=journey,
        form=form,
        wrong=wrong,
        problem=problem_text(words=site.words, problem=trouble, phone=site.salon.phone)
        if trouble
        else "",
    )
