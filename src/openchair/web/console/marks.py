"""The buttons of a visit: arrived, in the chair, done, paid, no-show, cancel, and undo for each.

Every button is a form that works without scripts; the page it came from says what was done and
offers the undo.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.mark import (
    mark_arrived,
    mark_done,
    mark_in_chair,
    mark_no_show,
    mark_paid,
    undo_mark,
)
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.restore import restore_booking
from openchair.booking.appointments.rules import CANCELLABLE, OPEN
from openchair.booking.appointments.series_change import cancel_later_visits
from openchair.booking.appointments.siblings import series_of
from openchair.booking.appointments.tell import way_to
from openchair.booking.catalogue.queries import get_catalogue
from openchair.identity.accounts.permissions import Reach
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, own_address, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.visit_view import status_words, too_early_words, view_visit

STATUS_AFTER = {
    "arrived": ("arrived",),
    "in-chair": ("in_chair",),
    "done": ("done",),
    "paid": ("paid",),
    "no-show": ("no_show",),
    "cancel": ("cancelled",),
    "undo": ("confirmed", "arrived", "in_chair", "done"),
    "booked": ("confirmed",),
    "changed": OPEN,
    "series": ("confirmed",),
}
"""What was done, and what the visit is as long as that still holds."""
UNDONE_HERE = frozenset({"arrived", "in-chair", "done", "paid", "no-show", "cancel"})
LATER = "later"
"""The scope of a change that counts for all later visits of a series, too."""
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
    return await _mark(request, desk, visit, "arrived", mark_arrived)


@router.post("/console/{salon}/visits/{visit:uuid}/in-chair")
async def press_in_chair(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.in_chair"))]
) -> Response:
    """The work has begun."""
    return await _mark(request, desk, visit, "in-chair", mark_in_chair)


@router.post("/console/{salon}/visits/{visit:uuid}/done")
async def press_done(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.done"))]
) -> Response:
    """The work is done."""
    return await _mark(request, desk, visit, "done", mark_done)


@router.post("/console/{salon}/visits/{visit:uuid}/paid")
async def press_paid(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.paid"))]
) -> Response:
    """The client has paid."""
    return await _mark(request, desk, visit, "paid", mark_paid)


@router.post("/console/{salon}/visits/{visit:uuid}/no-show")
async def press_no_show(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.no_show"))]
) -> Response:
    """The client did not come."""
    return await _mark(request, desk, visit, "no-show", mark_no_show)


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
        booking = await _require_reach(session, desk, visit)
        if typed["scope"] == LATER:
            await require_whole_series(session, desk, booking)
        cancel = (
            partial(cancel_later_visits, session)
            if typed["scope"] == LATER
            else partial(cancel_booking, session, seen=typed["seen"] or "confirmed")
        )
        await cancel(
            salon=desk.salon,
            booking_id=visit,
            by=desk.person.actor,
            reason=typed.trimmed("reason"),
            tell=typed["tell"] != "no",
            now=desk.now,
        )

    try:
        return await _do(request, desk, visit, "cancel", work)
    except Invalid as problem:
        back = own_address(typed["back"], otherwise=desk.url("/day"))
        return await _ask(request, desk, visit, back=back, typed=typed, wrong=problem.message)


@router.post("/console/{salon}/visits/{visit:uuid}/undo")
async def press_undo(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.undo"))]
) -> Response:
    """The visit is what it was before its last mark; one that was cancelled is expected again if
    its time is still free.
    """
    typed = await read_form(request)

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
                marked=typed["marked"] or None,
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
    if booking.status not in STATUS_AFTER[did]:
        return None
    say, name = desk.words.text, booking.customer_name
    sentence = {
        "arrived": say("{name} has arrived.", name=name),
        "in-chair": say("{name} is in the chair.", name=name),
        "done": say("The visit of {name} is done.", name=name),
        "paid": say("{name} has paid.", name=name),
        "no-show": say("{name} did not come.", name=name),
        "cancel": say("The visit of {name} is cancelled.", name=name),
        "undo": say("{name} is expected again.", name=name)
        if booking.status == "confirmed"
        else say(
            "Taken back. {name}: {status}", name=name, status=status_words(desk, booking.status)
        ),
        "booked": say("{name} is booked.", name=name),
        "changed": say("The visit of {name} is changed.", name=name),
        "series": say("All visits of {name} are booked.", name=name),
    }[did]
    undo = did in UNDONE_HERE and desk.may("visit.undo", booking)
    return Notice(sentence=sentence, visit_id=booking.id, undo=undo)


async def _mark(
    request: Request, desk: Desk, visit: UUID, did: str, verb: Callable[..., Awaitable[None]]
) -> Response:
    async def work(session: AsyncSession) -> None:
        await _require_reach(session, desk, visit)
        await verb(
            session, salon_id=desk.salon.id, booking_id=visit, by=desk.person.actor, now=desk.now
        )

    return await _do(request, desk, visit, did, work)


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
        return await refused(request, desk, visit, problem, back)
    path, _, query = back.partition("?")
    kept = [pair for pair in query.split("&") if pair and pair.split("=")[0] not in _OURS]
    return see_other(f"{path}?{'&'.join([*kept, f'did={did}', f'visit={visit}'])}#v-{visit}")


_OURS = frozenset({"did", "visit"})


async def refused(
    request: Request, desk: Desk, visit: UUID, problem: Conflict, back: str
) -> Response:
    """The page that says why it could not be done to this visit, and leads `back`."""
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
    if problem.code in {"time_taken", "customer_busy"} and booking.status == "cancelled":
        return say(
            "The visit cannot be restored: its time has been given to somebody else."
            " Please book a new time."
        )
    if problem.code == "changed_meanwhile":
        return say("Somebody has changed this visit in the meantime. Please look at it again.")
    if problem.code == "time_taken":
        return say("Its time has been given to somebody else since. Nothing was changed.")
    if problem.code == "too_early":
        return too_early_words(desk, booking, problem)
    if problem.code == "already_here":
        return say(problem.message)
    sentences = {
        "arrived": say("Somebody has marked it as arrived in the meantime."),
        "in_chair": say("Somebody has marked it as begun in the meantime."),
        "done": say("Somebody has marked it as done in the meantime."),
        "paid": say("Somebody has marked it as paid in the meantime."),
        "no_show": say("Somebody has marked it as a no-show in the meantime."),
        "cancelled": say("It has been cancelled in the meantime."),
    }
    return sentences.get(booking.status, say(problem.message))


async def _ask(
    request: Request,
    desk: Desk,
    visit: UUID,
    *,
    back: str,
    typed: Typed | None = None,
    wrong: str = "",
) -> Response:
    async with database_of(request).transaction() as session:
        booking = await _require_reach(session, desk, visit)
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
    if booking.status not in CANCELLABLE:
        problem = Conflict("This visit cannot be cancelled any more.", code="not_expected")
        return await refused(request, desk, visit, problem, back)
    return render(
        "cancel.html",
        words=desk.words,
        desk=desk,
        status=422 if wrong else 200,
        visit=view_visit(desk, booking, catalogue=catalogue),
        day=desk.formats.full_date(booking.start),
        told=_told(booking) if booking.end > desk.now else "",
        typed=typed or Typed({}),
        repeats=booking.series_id is not None,
        wrong=desk.words.text(wrong) if wrong else "",
        back=back,
    )


def _told(booking: Booking) -> str:
    return way_to(email=booking.customer_email, phone=booking.customer_phone) or ""


async def require_whole_series(session: AsyncSession, desk: Desk, booking: Booking) -> None:
    """Raises `Forbidden` when the route's permission ends at their own visits and one of the series
    is somebody else's.
    """
    if desk.reach is not Reach.OWN or booking.series_id is None:
        return
    series = await series_of(session, salon_id=desk.salon.id, series_id=booking.series_id)
    for each in series.visits if series else ():
        if each.status == "confirmed" and each.start >= booking.start:
            desk.require_reach(
                await get_booking_by_id(session, booking_id=each.id, salon_id=desk.salon.id)
            )


async def _require_reach(session: AsyncSession, desk: Desk, visit: UUID) -> Booking:
    booking = await get_booking_by_id(session, booking_id=visit, salon_id=desk.salon.id)
    desk.require_reach(booking)
    return booking
