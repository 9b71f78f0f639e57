"""The waitlist as the calendar's drawer shows it: who would come on one date. A piece of a page,
without a frame.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.catalogue.queries import get_catalogue
from openchair.booking.waitlist.queries import waiting_on
from openchair.web.console.day import read_date
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.pages import render
from openchair.web.console.waitlist.view import line

MOST_SHOWN = 50
router = APIRouter()


@router.get("/console/{salon}/waitlist/drawer")
async def show_drawer(
    request: Request, desk: Annotated[Desk, Depends(May("waitlist.read"))]
) -> Response:
    """Who would come on `date`, today without one; whoever is asked first stands first."""
    asked = request.query_params.get("date")
    day = read_date(asked) if asked else desk.formats.local(desk.now).date()
    async with database_of(request).transaction() as session:
        found = await waiting_on(session, salon_id=desk.salon.id, day=day, limit=MOST_SHOWN)
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
    return render(
        "waitlist/drawer.html",
        words=desk.words,
        desk=desk,
        lines=[line(desk, each, catalogue=catalogue) for each in found],
        day=day.isoformat(),
        day_name=desk.formats.weekday_day_month(day),
        may_manage=desk.may("waitlist.manage"),
        new_url=desk.url("/waitlist/new", date=day.isoformat()),
        all_url=desk.url("/waitlist"),
    )
