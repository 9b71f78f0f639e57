"""Somebody comes in without an appointment: one tap opens what can be done now, one books it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.walk_in import walk_in
from openchair.booking.calendar.walk_in_offer import offer_walk_in
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Forbidden
from openchair.web.console.calendar.fields import is_yes, read_id, read_optional_id
from openchair.web.console.calendar.refusals import answer
from openchair.web.console.calendar.rights import may_with, require_own_column
from openchair.web.console.calendar.statuses import CREATED
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form

router = APIRouter()


@router.get("/console/{salon}/calendar/walk-in")
async def show_walk_in(
    request: Request, desk: Annotated[Desk, Depends(May("visit.create"))]
) -> Response:
    """The services by how often they are booked, with who is free now: anybody, or `staff_id`."""
    staff_id = _whose(desk, read_optional_id(Typed(dict(request.query_params)), "staff_id"))
    async with database_of(request).transaction() as session:
        offered = await offer_walk_in(session, salon=desk.salon, staff_id=staff_id, now=desk.now)
    services = [
        {
            "id": each.service_id,
            "name": desk.say(each.name),
            "minutes": each.minutes,
            "price": desk.formats.money(each.price_minor),
            "free": {
                "staff_id": each.free.staff_id,
                "name": each.free.name,
                "until": each.free.until,
            }
            if each.free
            else None,
        }
        for each in offered
    ]
    return answer({"services": services})


@router.post("/console/{salon}/calendar/walk-in")
async def press_walk_in(
    request: Request, desk: Annotated[Desk, Depends(May("visit.create"))]
) -> Response:
    """A visit from this minute on, of `service_id` with `staff_id` or whoever is free; `name` if
    they said it. The same `key` books once.
    """
    typed = await read_form(request)

    async def work(session: AsyncSession) -> Booking:
        staff_id = _whose(desk, read_optional_id(typed, "staff_id"))
        overbook = is_yes(typed, "overbook")
        if overbook and not may_with(desk, "visit.overbook", {staff_id} if staff_id else set()):
            raise Forbidden("Your role does not allow this.", code="role_not_allowed")
        done = await walk_in(
            session,
            salon=desk.salon,
            service_ids=[read_id(typed, "service_id")],
            staff_id=staff_id,
            name=typed.trimmed("name"),
            by=desk.person.actor,
            key=typed.trimmed("key"),
            overbook=overbook,
            now=desk.now,
        )
        return await get_booking_by_id(session, booking_id=done.booking_id, salon_id=desk.salon.id)

    booking = await attempt(database_of(request), work)
    part = booking.appointments[0]
    visit = {
        "booking_id": booking.id,
        "appointment_id": part.id,
        "staff_id": part.staff_id,
        "client": booking.customer_name,
        "start": booking.start,
        "end": booking.end,
        "revision": booking.revision,
        "url": desk.url(f"/visits/{booking.id}"),
    }
    sentence = desk.words.text(
        "{client} is with {name} until {time}.",
        client=booking.customer_name,
        name=part.staff_name,
        time=desk.formats.time(booking.end),
    )
    return answer({"visit": visit, "sentence": sentence, "undo": {"change_id": CREATED}})


def _whose(desk: Desk, staff_id: UUID | None) -> UUID | None:
    """Who is asked for; whoever may book for themselves alone means themselves. Raises
    `Forbidden`.
    """
    wanted = staff_id
    if staff_id is None and not may_with(desk, "visit.create", set()):
        wanted = desk.membership.staff_id
    if wanted is not None or not may_with(desk, "visit.create", set()):
        require_own_column(desk, wanted)
    return wanted
