"""The state of a visit from the calendar's drawer, and the undo of whatever was done there last."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.history import latest_change, undo_change
from openchair.booking.appointments.mark import (
    mark_arrived,
    mark_done,
    mark_in_chair,
    mark_no_show,
    mark_paid,
    undo_mark,
)
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Forbidden, Invalid
from openchair.web.console.calendar.fields import read_id
from openchair.web.console.calendar.refusals import answer
from openchair.web.console.calendar.rights import PERMISSION
from openchair.web.console.calendar.sentences import status_sentence, when_and_whom
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.visit_view import too_early_words

MARKS = {
    "arrived": mark_arrived,
    "in_chair": mark_in_chair,
    "done": mark_done,
    "paid": mark_paid,
    "no_show": mark_no_show,
    "confirmed": undo_mark,
}
CREATED = "created"
"""What is undone of a walk-in: that it was booked at all."""

router = APIRouter()


@router.post("/console/{salon}/calendar/visits/{visit:uuid}/status")
async def press_status(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.arrive"))]
) -> Response:
    """Mark the visit as `status`; `confirmed` takes the last mark back. Each mark asks for its own
    permission, too.
    """
    typed = await read_form(request)

    async def work(session: AsyncSession) -> tuple[Booking, UUID | None]:
        before = await _reached(session, desk, visit)
        status = _read_status(desk, before, typed)
        await _mark(session, desk, before, MARKS[status])
        after = await get_booking_by_id(session, booking_id=visit, salon_id=desk.salon.id)
        if after.status == before.status:
            return after, None
        change = await latest_change(session, salon_id=desk.salon.id, booking_id=visit)
        return after, change.id if change else None

    booking, change_id = await attempt(database_of(request), work)
    undo = {"change_id": str(change_id)} if change_id else None
    sentence = status_sentence(desk, booking, booking.status)
    return answer({"sentence": sentence, "status": booking.status, "undo": undo})


@router.post("/console/{salon}/calendar/visits/{visit:uuid}/undo")
async def press_undo_change(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.undo"))]
) -> Response:
    """Put the visit back to what it was before `change_id`, as long as nobody changed it since."""
    typed = await read_form(request)

    async def work(session: AsyncSession) -> Booking:
        booking = await _reached(session, desk, visit)
        if typed.trimmed("change_id") == CREATED:
            return await _uncreate(session, desk, booking)
        return await undo_change(
            session,
            salon=desk.salon,
            booking_id=visit,
            change_id=read_id(typed, "change_id"),
            by=desk.person.actor,
            tell=typed.trimmed("tell") != "no",
            now=desk.now,
        )

    booking = await attempt(database_of(request), work)
    if booking.status == "cancelled":
        return answer({"sentence": status_sentence(desk, booking, "cancelled")})
    sentence = desk.words.text(
        "Taken back: {client}, {when}.",
        client=booking.customer_name,
        when=when_and_whom(desk, booking),
    )
    return answer({"sentence": sentence})


async def _uncreate(session: AsyncSession, desk: Desk, booking: Booking) -> Booking:
    """A walk-in that was a slip of the finger is cancelled; nobody is told of it anyway."""
    if booking.source != "walk_in":
        raise Conflict("This cannot be undone by itself.", code="not_undoable")
    if not desk.may("visit.cancel", booking):
        raise Forbidden("Your role does not allow this.", code="role_not_allowed")
    await cancel_booking(
        session,
        salon=desk.salon,
        booking_id=booking.id,
        by=desk.person.actor,
        tell=False,
        now=desk.now,
    )
    return await get_booking_by_id(session, booking_id=booking.id, salon_id=desk.salon.id)


async def _mark(
    session: AsyncSession, desk: Desk, booking: Booking, verb: Callable[..., Awaitable[None]]
) -> None:
    """Run the verb; why it is too early for it is said with the visit's own date."""
    try:
        await verb(
            session,
            salon_id=desk.salon.id,
            booking_id=booking.id,
            by=desk.person.actor,
            now=desk.now,
        )
    except Conflict as problem:
        if problem.code != "too_early":
            raise
        sentence = too_early_words(desk, booking, problem)
        raise Conflict(sentence, code=problem.code, details=problem.details) from problem


def _read_status(desk: Desk, booking: Booking, typed: Typed) -> str:
    status = typed.trimmed("status")
    if status not in MARKS:
        raise Invalid("Please choose what has happened to the visit.", field="status")
    if not desk.may(PERMISSION[status], booking):
        raise Forbidden("Your role does not allow this.", code="role_not_allowed")
    return status


async def _reached(session: AsyncSession, desk: Desk, visit: UUID) -> Booking:
    booking = await get_booking_by_id(session, booking_id=visit, salon_id=desk.salon.id)
    desk.require_reach(booking)
    return booking
