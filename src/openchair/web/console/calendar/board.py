"""The calendar's days as data: what its scripts draw, and ask for again whenever it changed."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.calendar.board import MOST_DAYS, read_board
from openchair.platform.errors import Invalid
from openchair.web.console.calendar.board_view import board_view
from openchair.web.console.calendar.refusals import answer
from openchair.web.console.day import read_date
from openchair.web.console.door import Desk, May, database_of

router = APIRouter()


@router.get("/console/{salon}/calendar/board")
async def show_board(request: Request, desk: Annotated[Desk, Depends(May("day.read"))]) -> Response:
    """Everything of the local dates `first…last`; without them, of the salon's today."""
    first, last = _dates(desk, request)
    async with database_of(request).transaction() as session:
        board = await read_board(session, salon=desk.salon, first=first, last=last, now=desk.now)
    return answer(board_view(desk, board))


def _dates(desk: Desk, request: Request) -> tuple[date, date]:
    query = request.query_params
    today = desk.formats.local(desk.now).date()
    first = read_date(query["first"]) if query.get("first") else today
    last = read_date(query["last"]) if query.get("last") else first
    if not first <= last < first + timedelta(days=MOST_DAYS):
        raise Invalid("The calendar shows one to fourteen days. Please choose fewer.", field="last")
    return first, last
