"""One who waits: what for, what they were offered, and free times to offer them by hand."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.availability.find import Slot, find_times, last_bookable_date
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.booking.waitlist.queries import Entry, get_entry, offer_minutes, offers_of
from openchair.booking.waitlist.rules import wants
from openchair.platform.errors import Conflict, Invalid, Problem
from openchair.web.console.day import read_date
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.pages import render
from openchair.web.console.waitlist.view import line, offer_line

LOOK_AHEAD = timedelta(days=20)
router = APIRouter()


@dataclass(frozen=True, slots=True)
class TimeChip:
    """A time to offer: `value` is the start and who would begin; `fits` their wish or not."""

    value: str
    text: str
    person: str
    fits: bool


@router.get("/console/{salon}/waitlist/{entry:uuid}")
async def show_entry(
    request: Request, entry: UUID, desk: Annotated[Desk, Depends(May("waitlist.read"))]
) -> Response:
    """The entry; `date` chooses the day of the times to offer."""
    return await entry_page(request, desk, entry)


async def entry_page(
    request: Request, desk: Desk, entry_id: UUID, *, problem: Problem | None = None
) -> Response:
    """The page, with what could not be done if it was asked for."""
    async with database_of(request).transaction() as session:
        entry = await get_entry(session, salon_id=desk.salon.id, entry_id=entry_id)
        offers = await offers_of(session, salon_id=desk.salon.id, entry_id=entry_id)
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
        minutes = await offer_minutes(session, salon_id=desk.salon.id)
        asked = _asked_day(request, desk)
        day, times = await _times(session, desk, entry, asked, catalogue)
    return render(
        "waitlist/entry.html",
        words=desk.words,
        desk=desk,
        status=problem.status if problem else 200,
        entry=line(desk, entry, catalogue=catalogue),
        offers=[offer_line(desk, each) for each in offers],
        problem=_said(desk, problem) if problem else "",
        day=day.isoformat(),
        day_name=desk.formats.full_date(day),
        last_day=last_bookable_date(desk.salon, desk.now).isoformat(),
        times=times,
        minutes=desk.formats.minutes(minutes),
        did=request.query_params.get("did", ""),
        may_manage=desk.may("waitlist.manage"),
        list_url=desk.url("/waitlist"),
    )


def _asked_day(request: Request, desk: Desk) -> date | None:
    """The date in the query, if it is one to come."""
    asked = request.query_params.get("date")
    if not asked:
        return None
    today = desk.formats.local(desk.now).date()
    try:
        return max(read_date(asked), today)
    except Invalid:
        return today


async def _times(
    session: AsyncSession, desk: Desk, entry: Entry, asked: date | None, catalogue: Catalogue
) -> tuple[date, list[TimeChip]]:
    """The free times of the day asked for, else of the first day with one that suits their wish.
    None for somebody who does not wait, or waits for something that is no longer offered.
    """
    first = asked or max(entry.wish.first_date, desk.formats.local(desk.now).date())
    last = first if asked else first + LOOK_AHEAD
    if entry.status != "waiting":
        return first, []
    try:
        found = await find_times(
            session,
            salon=desk.salon,
            service_ids=entry.service_ids,
            staff_ids=[entry.staff_id],
            first=first,
            last=last,
            now=desk.now,
            catalogue=catalogue,
        )
    except Invalid:
        return first, []
    days = [
        (day.date, [_chip(desk, entry, slot, catalogue) for slot in day.slots])
        for day in found.days
    ]
    return next((each for each in days if any(chip.fits for chip in each[1])), days[0])


def _chip(desk: Desk, entry: Entry, slot: Slot, catalogue: Catalogue) -> TimeChip:
    """One service is offered with whom is free; several with whoever can."""
    alone = len(entry.service_ids) == 1
    who = slot.staff_ids[0] if alone else entry.staff_id
    member = catalogue.member(who) if who else None
    return TimeChip(
        value=f"{slot.start.isoformat(timespec='minutes')}~{who or ''}",
        text=desk.formats.time(slot.start),
        person=member.name if member else "",
        fits=wants(entry.wish, slot.start),
    )


def _said(desk: Desk, problem: Problem) -> str:
    say = desk.words.text
    own = {
        "time_taken": say("Somebody was quicker: this time is taken. Please choose another."),
        "offer_open": say("They have an offer that waits for an answer. Take it back first."),
        "offer_over": say("This offer is over: it was answered, or it lapsed."),
        "not_waiting": say("They do not wait any more."),
        "waitlist_over": say("These days are over. Please put them down anew."),
        "past": say("This time is over. Please choose a later one."),
        "too_soon": say("This time is too close for an answer. Please call, and book it here."),
    }
    if isinstance(problem, Conflict | Invalid) and problem.code in own:
        return own[problem.code]
    return say("That was not possible. Nothing was changed.")
