"""When somebody works: the ordinary week, and single dates that are different."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.team.queries import get_member, get_roster
from openchair.booking.team.shifts import set_date, set_week
from openchair.booking.team.week import Span, spans_of
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid
from openchair.web.console.day import read_date
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.former import former_state
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.place.week_form import (
    DayFields,
    read_times,
    read_week,
    typed_times,
    typed_week,
    week_fields,
)

router = APIRouter()
PATH = "/salon/team"


@router.get("/console/{salon}/salon/team/{stylist:uuid}/hours")
async def show_hours(
    request: Request, stylist: UUID, desk: Annotated[Desk, Depends(May("team.manage"))]
) -> Response:
    """The week, and the dates that are different from today on."""
    return await _page(request, desk, stylist)


@router.post("/console/{salon}/salon/team/{stylist:uuid}/hours")
async def save_week(
    request: Request, stylist: UUID, desk: Annotated[Desk, Depends(May("team.manage"))]
) -> Response:
    """The ordinary week from now on; visits that are booked stay."""
    fields = typed_week(desk, await read_form(request))
    try:
        week = read_week(fields)

        async def work(session: AsyncSession) -> bool:
            return await set_week(
                session,
                salon_id=desk.salon.id,
                staff_id=stylist,
                week=week,
                by=desk.person.actor,
                today=_today(desk),
            )

        changed = await attempt(database_of(request), work)
    except Invalid as problem:
        return await _page(request, desk, stylist, week=fields, problem=problem)
    return see_other(desk.url(f"{PATH}/{stylist}/hours", did="week" if changed else ""))


@router.post("/console/{salon}/salon/team/{stylist:uuid}/dates")
async def save_date(
    request: Request, stylist: UUID, desk: Annotated[Desk, Depends(May("team.manage"))]
) -> Response:
    """One date instead of the week; without times the week counts again."""
    typed = await read_form(request)
    try:
        day = read_date(typed["date"])
        if day < _today(desk):
            raise Invalid("This date is past. Please choose another.", field="date")  # noqa: TRY301
        spans = read_times(typed_times(typed, "spans"), field="spans")

        async def work(session: AsyncSession) -> bool:
            return await set_date(
                session,
                salon_id=desk.salon.id,
                staff_id=stylist,
                day=day,
                spans=spans,
                by=desk.person.actor,
            )

        changed = await attempt(database_of(request), work)
    except Invalid as problem:
        return await _page(request, desk, stylist, typed=typed, problem=problem)
    return see_other(desk.url(f"{PATH}/{stylist}/hours", did="date" if changed else ""))


async def _page(
    request: Request,
    desk: Desk,
    stylist: UUID,
    *,
    week: tuple[DayFields, ...] | None = None,
    typed: Typed | None = None,
    problem: Invalid | None = None,
) -> Response:
    did = request.query_params.get("did", "") if problem is None else ""
    async with database_of(request).transaction() as session:
        found = await get_member(session, salon_id=desk.salon.id, staff_id=stylist, now=desk.now)
        roster = await get_roster(
            session, salon_id=desk.salon.id, staff_id=stylist, since=_today(desk)
        )
        before = (
            await former_state(session, desk, resource_type="roster", resource_id=stylist)
            if did in {"week", "date"}
            else None
        )
    known = {day: spans_of(shifts) for day, shifts in roster.week.items()}
    return render(
        "team/hours.html",
        words=desk.words,
        desk=desk,
        member=found,
        week=week or week_fields(desk, known),
        has_hours=bool(known),
        dates=[_date(desk, day, spans_of(shifts)) for day, shifts in sorted(roster.dates.items())],
        typed=typed or Typed({}),
        times=typed_times(typed or Typed({}), "spans"),
        did=did,
        undo=_undo(desk, did, before),
        wrong={problem.field or "date": desk.words.text(problem.message)} if problem else {},
        status=problem.status if problem else 200,
    )


def _date(desk: Desk, day: date, spans: tuple[Span, ...]) -> dict[str, str]:
    clock = desk.formats.clock
    return {
        "date": day.isoformat(),
        "words": desk.formats.full_date(day),
        "hours": ", ".join(f"{clock(span.starts)}–{clock(span.ends)}" for span in spans),
    }


def _undo(desk: Desk, did: str, before: dict[str, list[list[int]]] | None) -> object:
    """The form that puts back what was: days of the week, or one date."""
    if before is None:
        return None
    days = {day: [Span(*span) for span in spans] for day, spans in before.items()}
    if did == "week":
        return week_fields(desk, {int(day): spans for day, spans in days.items() if day.isdigit()})
    (day, spans) = next(iter(days.items()))
    (fields, *_) = week_fields(desk, {0: spans})
    return {"date": day, "times": fields.times}


def _today(desk: Desk) -> date:
    return desk.formats.local(desk.now).date()
