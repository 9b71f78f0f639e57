"""The place: address, opening hours, closed days with suggestions by country, chairs, rooms and
devices. One page; each part is a form of its own.
"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.team.week import Span
from openchair.customers.profiles.contact import clean_email
from openchair.operations.house.change import (
    HOURS,
    PLACE,
    change_hours,
    change_place,
    place_of,
)
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid
from openchair.salons.change import Place
from openchair.salons.queries import OpeningHours
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.former import former_state
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.place.week_form import (
    DayFields,
    read_week,
    typed_week,
    week_fields,
)

router = APIRouter()


@router.get("/console/{salon}/salon/place")
async def show_place(desk: Annotated[Desk, Depends(May("place.manage"))]) -> Response:
    """What there is to look after, each on a page of its own."""
    place = desk.salon.location
    return render(
        "place/place.html",
        words=desk.words,
        desk=desk,
        place=place,
        directions=desk.say(place.directions),
        week=week_fields(desk, _week(desk)),
        closed=len([day for day in place.holidays if day.date >= _today(desk)]),
    )


@router.get("/console/{salon}/salon/place/address")
async def show_address(
    request: Request, desk: Annotated[Desk, Depends(May("place.manage"))]
) -> Response:
    """The address, and how the salon is reached."""
    undo = None
    if "did" in request.query_params:
        async with database_of(request).transaction() as session:
            undo = await former_state(session, desk, resource_type=PLACE, resource_id=desk.salon.id)
    return _address(desk, place_of(desk.salon), undo=Place(**undo) if undo else None)


@router.post("/console/{salon}/salon/place/address")
async def save_address(
    request: Request, desk: Annotated[Desk, Depends(May("place.manage"))]
) -> Response:
    """Save it, or show what was typed again."""
    typed = await read_form(request)
    place = _place(desk, typed)
    try:
        if (clean_email(place.email) or "") != place.email.lower():
            raise Invalid("This is not a mail address.", field="email")  # noqa: TRY301

        async def work(session: AsyncSession) -> bool:
            return await change_place(session, salon=desk.salon, place=place, by=desk.person.actor)

        changed = await attempt(database_of(request), work)
    except Invalid as problem:
        wrong = {problem.field or "": desk.words.text(problem.message)}
        return _address(desk, place, wrong=wrong, status=problem.status)
    return see_other(desk.url("/salon/place/address", did="save" if changed else ""))


@router.get("/console/{salon}/salon/place/hours")
async def show_hours(
    request: Request, desk: Annotated[Desk, Depends(May("place.manage"))]
) -> Response:
    """When the salon is open in an ordinary week."""
    undo = None
    if "did" in request.query_params:
        async with database_of(request).transaction() as session:
            before = await former_state(
                session, desk, resource_type=HOURS, resource_id=desk.salon.id
            )
        undo = week_fields(desk, _by_day(before)) if before is not None else None
    return _hours(desk, week_fields(desk, _week(desk)), undo=undo)


@router.post("/console/{salon}/salon/place/hours")
async def save_hours(
    request: Request, desk: Annotated[Desk, Depends(May("place.manage"))]
) -> Response:
    """Save them, or show what was typed again."""
    fields = typed_week(desk, await read_form(request))
    try:
        hours = [
            OpeningHours(day, span.starts, span.ends)
            for day, spans in read_week(fields).items()
            for span in spans
        ]

        async def work(session: AsyncSession) -> bool:
            return await change_hours(session, salon=desk.salon, hours=hours, by=desk.person.actor)

        changed = await attempt(database_of(request), work)
    except Invalid as problem:
        wrong = {problem.field or "": desk.words.text(problem.message)}
        return _hours(desk, fields, wrong=wrong, status=problem.status)
    return see_other(desk.url("/salon/place/hours", did="save" if changed else ""))


def _address(
    desk: Desk,
    place: Place,
    *,
    undo: Place | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return render(
        "place/address.html",
        words=desk.words,
        desk=desk,
        place=place,
        undo=undo,
        wrong=wrong or {},
        status=status,
    )


def _hours(
    desk: Desk,
    week: tuple[DayFields, ...],
    *,
    undo: tuple[DayFields, ...] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return render(
        "place/hours.html",
        words=desk.words,
        desk=desk,
        week=week,
        undo=undo,
        wrong=wrong or {},
        status=status,
    )


def _place(desk: Desk, typed: Typed) -> Place:
    return Place(
        street=typed.trimmed("street"),
        postal_code=typed.trimmed("postal_code"),
        city=typed.trimmed("city"),
        directions={
            language: said
            for language in desk.salon.languages
            if (said := typed.trimmed(f"directions_{language}"))
        },
        phone=typed.trimmed("phone"),
        email=typed.trimmed("email"),
    )


def _week(desk: Desk) -> dict[int, list[Span]]:
    return _by_day(
        [
            [each.weekday, each.opens_minute, each.closes_minute]
            for each in desk.salon.location.opening_hours
        ]
    )


def _by_day(rows: list[list[int]]) -> dict[int, list[Span]]:
    week: dict[int, list[Span]] = {}
    for weekday, opens, closes in rows:
        week.setdefault(weekday, []).append(Span(opens, closes))
    return week


def _today(desk: Desk) -> date:
    return desk.formats.local(desk.now).date()
