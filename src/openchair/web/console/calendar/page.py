"""The salon's calendar as a page: its frame, its words, and who looks at it.

What stands in the calendar comes as JSON from the routes beside this one; the scripts under
`frontend/scripts/calendar` draw it. Changes nothing.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.web.console.calendar.page_words import words_of
from openchair.web.console.calendar.rights import may_with
from openchair.web.console.day import read_wish
from openchair.web.console.door import Desk, May
from openchair.web.console.pages import render

router = APIRouter()
DAYS_IN_WEEK = 7
ID_LENGTH = 36


@router.get("/console/{salon}/calendar")
async def show_calendar(
    request: Request, desk: Annotated[Desk, Depends(May("day.read"))]
) -> Response:
    """The page; `date` in the query is the day it opens at, otherwise the salon's today."""
    wish = read_wish(desk, request)
    locale = desk.formats.locale
    config = {
        "base": desk.url("/calendar"),
        "console": desk.url(),
        "csrf": desk.person.session.csrf_token,
        "locale": str(locale).replace("_", "-"),
        "zone": str(desk.formats.zone),
        "firstDay": (locale.first_week_day + 1) % DAYS_IN_WEEK,
        "today": desk.formats.local(desk.now).date().isoformat(),
        "date": wish.day.isoformat() if request.query_params.get("date") else "",
        "staff": str(wish.staff_id or ""),
        "open": request.query_params.get("visit", "")[:ID_LENGTH],
        "may": {
            "create": desk.may("visit.create"),
            "move": desk.may("visit.move"),
            "block": desk.may("time.block"),
            "blockAll": may_with(desk, "time.block", frozenset()),
            "waitlist": desk.may("waitlist.read"),
        },
        "words": words_of(desk.words),
    }
    return render("calendar/calendar.html", words=desk.words, desk=desk, config=config, wish=wish)
