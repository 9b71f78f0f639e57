"""The desk puts a client on the waitlist: on the telephone, at the counter."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.catalogue.queries import get_catalogue
from openchair.booking.waitlist.join import Joined, join_waitlist
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid
from openchair.web.console.day import read_date
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.new_visit_form import ROWS, offer
from openchair.web.console.pages import render, see_other
from openchair.web.console.waitlist.form import (
    FIELDS,
    fresh,
    read_customer,
    read_wanted,
    weekday_boxes,
)

SOURCE = "console"
router = APIRouter()


@router.get("/console/{salon}/waitlist/new")
async def show_new_entry(
    request: Request, desk: Annotated[Desk, Depends(May("waitlist.manage"))]
) -> Response:
    """The empty form; with `date`, for that day only."""
    asked = request.query_params.get("date")
    return await _page(request, desk, fresh(desk, read_date(asked) if asked else None))


@router.post("/console/{salon}/waitlist")
async def send_new_entry(
    request: Request, desk: Annotated[Desk, Depends(May("waitlist.manage"))]
) -> Response:
    """Put them down, or show the form again with what was typed and what to do about it."""
    typed = await read_form(request)
    try:
        joined = await _join(request, desk, typed)
    except Invalid as problem:
        name = FIELDS.get(problem.field or "", "form")
        return await _page(request, desk, typed, wrong={name: _said(desk, problem)}, status=422)
    except Conflict as problem:
        return await _page(request, desk, typed, wrong={"form": _said(desk, problem)}, status=409)
    return see_other(desk.url("/waitlist", did="added", entry=str(joined.entry_id)))


async def _join(request: Request, desk: Desk, typed: Typed) -> Joined:
    wanted, customer = read_wanted(typed), read_customer(desk, typed)

    async def work(session: AsyncSession) -> Joined:
        return await join_waitlist(
            session,
            salon=desk.salon,
            wanted=wanted,
            customer=customer,
            note=typed["note"],
            source=SOURCE,
            actor=desk.person.actor,
            now=desk.now,
        )

    return await attempt(database_of(request), work)


def _said(desk: Desk, problem: Invalid | Conflict) -> str:
    """The refusal as the desk reads it, not the client."""
    say = desk.words.text
    own = {
        "waitlist_twice": say("They are on the waitlist for this already."),
        "waitlist_full": say("They wait for five times already, which is the most there can be."),
        "too_far": say("You do not take bookings that far ahead. Please choose an earlier day."),
    }
    return own.get(problem.code) or say(problem.message)


async def _page(
    request: Request,
    desk: Desk,
    typed: Typed,
    *,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    async with database_of(request).transaction() as session:
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
    return render(
        "waitlist/new.html",
        words=desk.words,
        desk=desk,
        status=status,
        typed=typed,
        wrong=wrong or {},
        offer=offer(desk, catalogue),
        rows=range(1, ROWS + 1),
        weekdays=weekday_boxes(desk, typed),
        list_url=desk.url("/waitlist"),
    )
