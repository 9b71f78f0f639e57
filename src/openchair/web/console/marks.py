"""The buttons of a visit: arrived, no-show, cancel, and undo for each.

Every button is a form that works without scripts; the page it came from says what was done and
offers the undo.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.mark import mark_arrived, mark_no_show, undo_mark
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.restore import restore_booking
from openchair.booking.appointments.tell import way_to
from openchair.booking.catalogue.queries import get_catalogue
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import own_address, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.visit_view import view_visit

STATUS_AFTER = {
    "arrived": "arrived",
    "no-show": "no_show",
    "cancel": "cancelled",
    "undo": "confirmed",
    "booked": "confirmed",
}
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Notice:
    """What was just done, and to which visit; `undo` when it can be taken back here."""

    sentence: str
    visit_id: UUID
    undo: bool


@router.post("/console/{salon}/visits/{visit:uuid}/arrived")
async def press_arrived(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.arrive"))]
) -> Response:
    """The client is here."""

    async def work(session: AsyncSession) -> None:
        await _require_reach(session, desk, visit)
        await mark_arrived(
            session, salon_id=desk.salon.id, booking_id=visit, by=desk.person.actor, now=desk.now
        )

    return await _do(request, desk, visit, "arrived", work)


@router.post("/console/{salon}/visits/{visit:uuid}/no-show")
async def press_no_show(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.no_show"))]
) -> Response:
    """The client did not come."""

    async def work(session: AsyncSession) -> None:
        await _require_reach(session, desk, visit)
        await mark_no_show(
            session, salon_id=desk.salon.id, booking_id=visit, by=desk.person.actor, now=desk.now
        )

    return await _do(request, desk, visit, "no-show", work)


@router.get("/console/{salon}/visits/{visit:uuid}/cancel")
async def ask_before_cancel(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.cancel"))]
) -> Response:
    """Name what would be cancelled, and ask why."""
    back = own_address(request.query_params.get("back", ""), otherwise=desk.url("/day"))
    return await _ask(request, desk, visit, back=back)


@router.post("/console/{salon}/visits/{visit:uuid}/cancel")
async def press_cancel(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.cancel"))]
) -> Response:
    """Call the visit off; a reason that is too long is asked for again."""
    typed = await read_form(request)

    async def work(session: AsyncSession) -> None:
        await _require_reach(session, desk, visit)
        await cancel_booking(
            session,
            salon=desk.salon,
            booking_id=visit,
            by=desk.person.actor,
            reason=typed.trimmed("reason"),
            now=desk.now,
        )

    try:
        return await _do(request, desk, visit, "cancel", work)
    except Invalid as problem:
        back = own_address(typed["back"], otherwise=desk.url("/day"))
        return await _ask(
            request, desk, visit, back=back, reason=typed["reason"], wrong=problem.message
        )


@router.post("/console/{salon}/visits/{visit:uuid}/undo")
async def press_undo(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.undo"))]
) -> Response:
    """The visit is expected again; one that was cancelled only if its time is still free."""

    async def work(session: AsyncSession) -> None:
        booking = await _require_reach(session, desk, visit)
        if booking.status == "cancelled":
            await restore_booking(
                session, salon=desk.salon, booking_id=visit, by=desk.person.actor, now=desk.now
            )
        else:
            await undo_mark(
                session,
                salon_id=desk.salon.id,
                booking_id=visit,
                by=desk.person.actor,
                now=desk.now,
            )

    return await _do(request, desk, visit, "undo", work)


async def read_notice(session: AsyncSession, desk: Desk, request: Request) -> Notice | None:
    """What the button before this page did, as long as it is still so."""
    did = request.query_params.get("did", "")
    if did not in STATUS_AFTER:
        return None
    try:
        visit_id = UUID(request.query_params.get("visit", ""))
        booking = await get_booking_by_id(session, booking_id=visit_id, salon_id=desk.salon.id)
    except (ValueError, NotFound):
        return None
    if booking.status != STATUS_AFTER[did]:
        return None
    say, name = desk.words.text, booking.customer_name
    sentence = {
        "arrived": say("{name} has arrived.", name=name),
        "no-show": say("{name} did not come.", name=name),
        "cancel": say("The visit of {name} is cancelled.", name=name),
        "undo": say("{name} is expected again.", name=name),
        "booked": say("{name} is booked.", name=name),
    }[did]
    undo = did not in {"undo", "booked"} and desk.may("visit.undo", booking)
    return Notice(sentence=sentence, visit_id=booking.id, undo=undo)


async def _do(
    request: Request,
    desk: Desk,
    visit: UUID,
    did: str,
    work: Callable[[AsyncSession], Awaitable[None]],
) -> Response:
    """Run the verb; then back to where the button was, or a page that says why it could not."""
    typed = await read_form(request)
    back = own_address(typed["back"], otherwise=desk.url("/day"))
    try:
        await attempt(database_of(request), work)
    except Conflict as problem:
        return await _refused(request, desk, visit, problem, back)
    path, _, query = back.partition("?")
    kept = [pair for pair in query.split("&") if pair and pair.split("=")[0] not in _OURS]
    return see_other(f"{path}?{'&'.join([*kept, f'did={did}', f'visit={visit}'])}#v-{visit}")


_OURS = frozenset({"did", "visit"})


async def _refused(
    request: Request, desk: Desk, visit: UUID, problem: Conflict, back: str
) -> Response:
    async with database_of(request).transaction() as session:
        booking = await get_booking_by_id(session, booking_id=visit, salon_id=desk.salon.id)
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
    return render(
        "refused.html",
        words=desk.words,
        desk=desk,
        status=problem.status,
        visit=view_visit(desk, booking, catalogue=catalogue),
        day=desk.formats.full_date(booking.start),
        sentence=_why_not(desk, booking, problem),
        back=back,
    )


def _why_not(desk: Desk, booking: Booking, problem: Conflict) -> str:
    say = desk.words.text
    if problem.code in {"time_taken", "customer_busy"}:
        return say(
            "The visit cannot be restored: its time has been given to somebody else."
            " Please book a new time."
        )
    if problem.code == "too_early":
        return say("The visit has not begun yet; the client may still come.")
    sentences = {
        "arrived": say("Somebody has marked it as arrived in the meantime."),
        "no_show": say("Somebody has marked it as a no-show in the meantime."),
        "cancelled": say("It has been cancelled in the meantime."),
    }
    return sentences.get(booking.status, say(problem.message))


async def _ask(
    request: Request, desk: Desk, visit: UUID, *, back: str, reason: str = "", wrong: str = ""
) -> Response:
    async with database_of(request).transaction() as session:
        booking = await _require_reach(session, desk, visit)
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
    if booking.status != "confirmed":
        problem = Conflict("This visit cannot be cancelled any more.", code="not_expected")
        return await _refused(request, desk, visit, problem, back)
    return render(
        "cancel.html",
        words=desk.words,
        desk=desk,
        status=422 if wrong else 200,
        visit=view_visit(desk, booking, catalogue=catalogue),
        day=desk.formats.full_date(booking.start),
        told=_told(booking) if booking.end > desk.now else "",
        reason=reason,
        wrong=desk.words.text(wrong) if wrong else "",
        back=back,
    )


def _told(booking: Booking) -> str:
    return way_to(email=booking.customer_email, phone=booking.customer_phone) or ""


async def _require_reach(session: AsyncSession, desk: Desk, visit: UUID) -> Booking:
    booking = await get_booking_by_id(session, booking_id=visit, salon_id=desk.salon.id)
    desk.require_reach(booking)
    return booking
