"""The chosen visit in the calendar's drawer: a piece of a page, put there by its script. The
visit's own page says everything and works without.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.queries import get_booking_by_id
from openchair.booking.catalogue.queries import get_catalogue
from openchair.web.console.day_view import first_letter_large
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.pages import render
from openchair.web.console.visit_view import view_visit

router = APIRouter()


@router.get("/console/{salon}/calendar/visits/{visit:uuid}/drawer")
async def show_visit_drawer(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.read"))]
) -> Response:
    """What one needs at hand: when, what, with whom, how to reach the client."""
    async with database_of(request).transaction() as session:
        booking = await get_booking_by_id(session, booking_id=visit, salon_id=desk.salon.id)
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
    day = desk.formats.local(booking.start).date()
    return render(
        "calendar/visit_drawer.html",
        words=desk.words,
        desk=desk,
        visit=view_visit(desk, booking, catalogue=catalogue),
        client_id=booking.customer_id,
        day=first_letter_large(desk.formats.weekday_day_month(booking.start)),
        back=desk.url("/calendar", date=day.isoformat()),
    )
