"""The day's list: who comes when, to whom, for what. The page the desk keeps open."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.queries import day_list
from openchair.booking.catalogue.queries import get_catalogue
from openchair.platform.errors import Invalid
from openchair.web.console.day_view import BY_STYLIST, BY_TIME, Wish, view_day
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.marks import read_notice
from openchair.web.console.pages import render, see_other
from openchair.web.cursor import cursor_at, read_cursor

PAGE_ROWS = 100
FIRST_YEAR, LAST_YEAR = 2000, 2199
router = APIRouter()


@router.get("/console/{salon}")
async def show_salon(desk: Annotated[Desk, Depends(May("day.read"))]) -> Response:
    """A salon's console begins with its calendar."""
    return see_other(desk.url("/calendar"))


@router.get("/console/{salon}/day")
async def show_day(request: Request, desk: Annotated[Desk, Depends(May("day.read"))]) -> Response:
    """One date's visits, a hundred a page; `date`, `staff`, `group` and `after` in the query."""
    wish = read_wish(desk, request)
    after = read_cursor(request)
    first = datetime.combine(wish.day, time(), desk.formats.zone)
    last = datetime.combine(wish.day + timedelta(days=1), time(), desk.formats.zone)
    async with database_of(request).transaction() as session:
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
        found = await day_list(
            session,
            salon_id=desk.salon.id,
            first=first,
            last=last,
            limit=PAGE_ROWS + 1,
            after=after,
            staff_id=wish.staff_id,
        )
        notice = await read_notice(session, desk, request)
    bookings, more = found[:PAGE_ROWS], len(found) > PAGE_ROWS
    view = view_day(
        desk,
        wish=wish,
        bookings=bookings,
        catalogue=catalogue,
        is_first_page=after is None,
        more_after=cursor_at(bookings[-1].start, bookings[-1].id) if more else "",
    )
    return render("day.html", words=desk.words, desk=desk, day=view, wish=wish, notice=notice)


def read_wish(desk: Desk, request: Request) -> Wish:
    """What the query asks for; without a date the salon's today. Raises `Invalid`."""
    query = request.query_params
    today = desk.formats.local(desk.now).date()
    return Wish(
        day=read_date(query["date"]) if query.get("date") else today,
        staff_id=_read_id(query["staff"]) if query.get("staff") else None,
        group=BY_STYLIST if query.get("group") == BY_STYLIST else BY_TIME,
    )


def read_date(text: str) -> date:
    """`2026-11-24`. Raises `Invalid` (field `date`)."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Invalid("This is not a date we know. Please choose another.", field="date")
    return found


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("We do not know this person. Please choose another.", field="staff") from None
