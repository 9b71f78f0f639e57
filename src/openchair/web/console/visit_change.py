"""A visit is changed by form: date, time, stylist, services, length and note, of this one or of all
later ones of its series; told to the client or not.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.clashes import Clash
from openchair.booking.appointments.conflicts import conflicts_of
from openchair.booking.appointments.edit import edit_visit, extra_minutes_of
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.rules import CHANGEABLE
from openchair.booking.appointments.series import Choice
from openchair.booking.appointments.series_change import move_later_visits
from openchair.booking.appointments.tell import way_to
from openchair.booking.catalogue.queries import get_catalogue
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.in_the_way import in_the_way, with_what_is_in_the_way
from openchair.web.console.marks import refused, require_whole_series
from openchair.web.console.new_visit_form import doubt_about, offer
from openchair.web.console.obstacles_view import AskedAbout, asked_about, kept_choices, read_choices
from openchair.web.console.pages import render, see_other
from openchair.web.console.visit_change_form import (
    Change,
    first_typed,
    read_change,
    rows_of,
    team_options,
)
from openchair.web.console.visit_view import view_visit

FIELDS = {
    "service_ids": "service_1",
    "staff_id": "staff_1",
    "minutes": "minutes_1",
    "start": "time",
    "date": "date",
    "note": "note",
}
ASKED_AGAIN = frozenset({"time_taken", "customer_busy", "series_conflicts"})
router = APIRouter()


@dataclass(frozen=True, slots=True)
class State:
    """What the page shows beside the form: what is wrong, a warning, dates to decide about."""

    wrong: dict[str, str] = field(default_factory=dict)
    warning: str = ""
    why: tuple[str, ...] = ()
    near: tuple[tuple[str, str], ...] = ()
    may_overbook: bool = False
    obstacles: tuple[AskedAbout, ...] = ()
    doubt: str = ""


@router.get("/console/{salon}/visits/{visit:uuid}/change")
async def show_change(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.move"))]
) -> Response:
    """The form with the visit as it is."""
    booking = await _booking(request, desk, visit)
    if booking.status not in CHANGEABLE:
        problem = Conflict("This visit cannot be changed any more.", code="not_expected")
        return await refused(request, desk, visit, problem, desk.url(f"/visits/{visit}"))
    return await _page(request, desk, booking, first_typed(booking), State())


@router.post("/console/{salon}/visits/{visit:uuid}/change")
async def send_change(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.move"))]
) -> Response:
    """Change it, or show the form again with what was typed and what to do about it."""
    typed = await read_form(request)
    booking = await _booking(request, desk, visit)
    if typed["pick"]:
        day, _, clock = typed["pick"].partition("T")
        typed = Typed({**typed.values, "date": day, "time": clock})
        return await _page(request, desk, booking, typed, State())
    try:
        change = read_change(desk, booking, typed)
        to = change.start.date()
        if to != booking.start.date() and (doubt := doubt_about(desk, typed, to)):
            return await _page(request, desk, booking, typed, State(doubt=doubt), status=409)
        await _change(request, desk, booking, change, typed)
    except Conflict as problem:
        if problem.code not in ASKED_AGAIN:
            return await refused(request, desk, visit, problem, desk.url(f"/visits/{visit}"))
        state = _asked_again(desk, problem)
        return await _page(request, desk, booking, typed, state, status=409)
    except Invalid as problem:
        name = FIELDS.get(problem.field or "", "form")
        state = State(wrong={name: desk.words.text(problem.message)})
        return await _page(request, desk, booking, typed, state, status=422)
    return see_other(desk.url(f"/visits/{visit}", did="changed", visit=str(visit)))


async def _change(
    request: Request, desk: Desk, booking: Booking, change: Change, typed: Typed
) -> None:
    sure = typed["sure"] == "yes" and desk.may("visit.overbook", booking)
    choices = _choices(desk, typed) if change.later else {}

    async def work(session: AsyncSession) -> None:
        if change.later:
            await require_whole_series(session, desk, booking)
            await move_later_visits(
                session,
                salon=desk.salon,
                booking_id=booking.id,
                start=change.start,
                staff_ids=[each.staff_id for each in change.services],
                choices=choices,
                by=desk.person.actor,
                tell=change.tell,
                now=desk.now,
            )
            return

        async def look(_refusal: Conflict) -> tuple[Clash, ...]:
            catalogue = await get_catalogue(session, salon_id=desk.salon.id)
            return await conflicts_of(
                session,
                salon=desk.salon,
                booking_id=booking.id,
                start=change.start,
                service_ids=[each.service_id for each in change.services],
                staff_ids=[each.staff_id for each in change.services],
                extra_minutes=extra_minutes_of(catalogue, change.services),
                now=desk.now,
            )

        async with with_what_is_in_the_way(desk, look):
            await edit_visit(
                session,
                salon=desk.salon,
                booking_id=booking.id,
                start=change.start,
                services=change.services,
                note=change.note,
                by=desk.person.actor,
                tell=change.tell,
                overbook=sure,
                revision=change.revision,
                now=desk.now,
            )

    if change.later and [each.service_id for each in change.services] != [
        part.service_id for part in booking.appointments
    ]:
        raise Invalid(
            "Later visits of the series keep their services; please change those one by one.",
            field="service_ids",
        )
    await attempt(database_of(request), work)


def _choices(desk: Desk, typed: Typed) -> dict[UUID, Choice]:
    may = desk.may("visit.overbook")
    try:
        return {
            UUID(key): choice
            for key, choice in read_choices(typed).items()
            if may or choice.kind != "overbook"
        }
    except ValueError:
        raise Invalid("Please choose what becomes of this date.", field="choices") from None


def _asked_again(desk: Desk, problem: Conflict) -> State:
    say = desk.words.text
    if problem.code == "series_conflicts":
        return State(obstacles=tuple(asked_about(desk, problem, existing=True)))
    near = [
        datetime.fromisoformat(each["start"]).astimezone(desk.formats.zone)
        for each in problem.details.get("alternatives", ())
    ]
    taken = problem.code == "time_taken"
    return State(
        warning=say("This time is not free: somebody or something it needs is taken or off.")
        if taken
        else say("This client already has a visit at that time."),
        why=in_the_way(problem),
        near=tuple(
            (
                f"{start:%Y-%m-%dT%H:%M}",
                f"{desk.formats.weekday_day_month(start)}, {desk.formats.time(start)}",
            )
            for start in near
        ),
        may_overbook=desk.may("visit.overbook"),
    )


async def _booking(request: Request, desk: Desk, visit: UUID) -> Booking:
    async with database_of(request).transaction() as session:
        booking = await get_booking_by_id(session, booking_id=visit, salon_id=desk.salon.id)
    desk.require_reach(booking)
    return booking


async def _page(
    request: Request,
    desk: Desk,
    booking: Booking,
    typed: Typed,
    state: State,
    *,
    status: int = 200,
) -> Response:
    async with database_of(request).transaction() as session:
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
    offered = offer(desk, catalogue)
    told = way_to(email=booking.customer_email, phone=booking.customer_phone)
    return render(
        "visit_change.html",
        words=desk.words,
        desk=desk,
        status=status,
        visit=view_visit(desk, booking, catalogue=catalogue),
        offer=offered,
        team=team_options(booking, offered.staff),
        rows=rows_of(booking),
        typed=typed,
        state=state,
        wrong=state.wrong,
        told=told if booking.status == "confirmed" and booking.end > desk.now else "",
        repeats=booking.series_id is not None,
        obstacles=state.obstacles,
        chosen=kept_choices(typed, state.obstacles),
    )
