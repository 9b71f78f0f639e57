"""The doors behind a client's own link: see the visit, put it in a calendar, move it, cancel it.
The token in the address is the key; nothing else is asked.
"""

from datetime import date

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.calendar_file import Method, calendar_file
from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.queries import Booking, get_booking
from openchair.booking.appointments.reschedule import reschedule_booking
from openchair.booking.availability.find import find_times
from openchair.booking.catalogue.queries import get_catalogue
from openchair.identity.audit.caller import client_of
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid, NotFound, Problem
from openchair.web.own_page import require_own_page
from openchair.web.public.basket import tax_text
from openchair.web.public.chosen_time import alternatives_of, day_of, read_start
from openchair.web.public.door import database_of, open_site, see_other, show
from openchair.web.public.journey import read_journey
from openchair.web.public.problems import problem_text
from openchair.web.public.site import Site
from openchair.web.public.times_step import first_shown, last_shown, time_choices, view_times
from openchair.web.public.visits import view_visit

MOST_FIELDS = 10

router = APIRouter()


async def _arrive(
    session: AsyncSession, request: Request, slug: str, language: str, token: str
) -> tuple[Site, Booking]:
    site = await open_site(session, request=request, slug=slug, language=language)
    booking = await get_booking(session, token=token)
    if booking.salon_id != site.salon.id:
        raise NotFound("This booking belongs to another salon.", code="booking_not_found")
    return site, booking


@router.get("/{slug:salon}/{language}/booking/{token}")
async def visit(request: Request, slug: str, language: str, token: str) -> Response:
    """The confirmation, and later the manage page."""
    async with database_of(request).transaction() as session:
        site, booking = await _arrive(session, request, slug, language, token)
    return show(
        "visit.html",
        site=site,
        visit=view_visit(site=site, booking=booking),
        tax=tax_text(site),
        fresh="moved" if "moved" in request.query_params else request.query_params.get("new", ""),
    )


@router.get("/{slug:salon}/{language}/booking/{token}/calendar.ics")
async def calendar(request: Request, slug: str, language: str, token: str) -> Response:
    """The visit for the client's calendar (RFC 5545)."""
    async with database_of(request).transaction() as session:
        site, booking = await _arrive(session, request, slug, language, token)
    method: Method = "CANCEL" if booking.status == "cancelled" else "REQUEST"
    return Response(
        calendar_file(booking, site.salon, language, method),
        media_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{slug}-{booking.start:%Y-%m-%d}.ics"',
            "Cache-Control": "no-store",
        },
    )


@router.get("/{slug:salon}/{language}/booking/{token}/cancel")
async def ask_cancel(request: Request, slug: str, language: str, token: str) -> Response:
    """Ask once. Too late: the visit's page says whom to call."""
    async with database_of(request).transaction() as session:
        site, booking = await _arrive(session, request, slug, language, token)
    seen = view_visit(site=site, booking=booking)
    if not seen.cancel_until:
        return see_other(seen.url)
    return show("cancel.html", site=site, visit=seen, problem="", reason="")


@router.post("/{slug:salon}/{language}/booking/{token}/cancel")
async def cancel(request: Request, slug: str, language: str, token: str) -> Response:
    """Call the visit off; a repeated form changes nothing more."""
    require_own_page(request)
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    reason = str(form.get("reason", ""))

    async def work(session: AsyncSession) -> tuple[Site, Booking]:
        site, booking = await _arrive(session, request, slug, language, token)
        await cancel_booking(
            session,
            salon=site.salon,
            booking_id=booking.id,
            by=client_of(request),
            reason=reason,
            now=site.now,
        )
        return site, booking

    try:
        site, booking = await attempt(database_of(request), work)
    except (Conflict, Invalid) as problem:
        async with database_of(request).transaction() as session:
            site, booking = await _arrive(session, request, slug, language, token)
        return show(
            "cancel.html",
            site=site,
            status=problem.status,
            visit=view_visit(site=site, booking=booking),
            problem=problem_text(words=site.words, problem=problem, phone=site.salon.phone),
            reason=reason,
        )
    return see_other(view_visit(site=site, booking=booking).url)


@router.get("/{slug:salon}/{language}/booking/{token}/move")
async def choose_move(request: Request, slug: str, language: str, token: str) -> Response:
    """The days and times to which the visit can move; its own time counts as free."""
    async with database_of(request).transaction() as session:
        site, booking = await _arrive(session, request, slug, language, token)
        return await _move_page(session, request, site, booking)


@router.post("/{slug:salon}/{language}/booking/{token}/move")
async def move(request: Request, slug: str, language: str, token: str) -> Response:
    """Move the visit, with the people it has."""
    require_own_page(request)
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)

    async def work(session: AsyncSession) -> tuple[Site, Booking]:
        site, booking = await _arrive(session, request, slug, language, token)
        moved = await reschedule_booking(
            session,
            salon=site.salon,
            booking_id=booking.id,
            start=read_start(form),
            by=client_of(request),
            now=site.now,
        )
        return site, moved

    try:
        site, booking = await attempt(database_of(request), work)
    except (Conflict, Invalid) as problem:
        async with database_of(request).transaction() as session:
            site, booking = await _arrive(session, request, slug, language, token)
            return await _move_page(
                session, request, site, booking, problem=problem, wanted=day_of(form, site)
            )
    return see_other(view_visit(site=site, booking=booking).url + "?moved=1")


async def _move_page(
    session: AsyncSession,
    request: Request,
    site: Site,
    booking: Booking,
    *,
    problem: Problem | None = None,
    wanted: date | None = None,
) -> Response:
    catalogue = await get_catalogue(session, salon_id=site.salon.id)
    journey = read_journey(fields=request.query_params, catalogue=catalogue)
    seen = view_visit(site=site, booking=booking)
    chosen = journey.day or wanted or site.formats.local(booking.start).date()
    first = first_shown(site=site, around=journey.first or chosen)
    found = await find_times(
        session,
        salon=site.salon,
        service_ids=[each.service_id for each in booking.appointments],
        staff_ids=[each.staff_id for each in booking.appointments],
        first=first,
        last=last_shown(first),
        now=site.now,
        ignore_booking_id=booking.id,
        catalogue=catalogue,
    )

    def day_url(day: date, shown: date) -> str:
        query = {"date": day, "from": shown}
        return site.url(f"/booking/{booking.manage_token}/move", **query) + "#times"

    step = view_times(site=site, availability=found, chosen=chosen, first=first, day_url=day_url)
    return show(
        "move.html",
        site=site,
        status=problem.status if problem else 200,
        visit=seen,
        step=step,
        problem=problem_text(words=site.words, problem=problem, phone=site.salon.phone)
        if problem
        else "",
        alternatives_offered=time_choices(site=site, starts=alternatives_of(problem)),
    )
