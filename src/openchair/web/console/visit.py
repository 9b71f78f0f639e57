"""One visit with everything known about it: what it belongs to, and its history with the undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.change import WALK_IN
from openchair.booking.appointments.history import changes_of, undo_change
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.rules import CHANGEABLE
from openchair.booking.appointments.siblings import Group, Series, Sibling, group_of, series_of
from openchair.booking.catalogue.queries import get_catalogue
from openchair.identity.accounts.queries import names_of
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict
from openchair.platform.languages.catalogues import NAMES
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import read_form
from openchair.web.console.marks import read_notice, refused
from openchair.web.console.pages import render, see_other
from openchair.web.console.suppressions import unreached
from openchair.web.console.visit_history import history_lines, moment
from openchair.web.console.visit_view import status_words, view_visit

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Link:
    """Another visit of the same series or group; `here` is the one that is shown."""

    words: str
    status: str
    status_words: str
    url: str
    here: bool


@router.get("/console/{salon}/visits/{visit:uuid}")
async def show_visit(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.read"))]
) -> Response:
    """The visit's own page."""
    async with database_of(request).transaction() as session:
        booking = await get_booking_by_id(session, booking_id=visit, salon_id=desk.salon.id)
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
        changes = await changes_of(session, salon_id=desk.salon.id, booking_id=visit)
        names = await names_of(session, user_ids={each.user_id for each in changes if each.user_id})
        notice = await read_notice(session, desk, request)
        series, group = await _together(session, booking)
        unreachable = await unreached(
            session, desk, email=booking.customer_email, phone=booking.customer_phone
        )
    day = booking.start.date().isoformat()
    is_known = booking.source != WALK_IN
    may_undo = desk.may("visit.undo", booking)
    return render(
        "visit.html",
        words=desk.words,
        desk=desk,
        visit=view_visit(desk, booking, catalogue=catalogue),
        unreachable=unreachable if desk.may("clients.contact", booking) else [],
        day=desk.formats.full_date(booking.start),
        day_url=desk.url("/day", date=day),
        change_url=desk.url(f"/visits/{visit}/change")
        if booking.status in CHANGEABLE and desk.may("visit.move", booking)
        else "",
        client_page=desk.url(f"/clients/{booking.customer_id}")
        if is_known and desk.may("clients.read")
        else "",
        series=_series_words(desk, series),
        series_links=_links(desk, booking, series.visits if series else ()),
        group=group.name if group else "",
        group_links=_links(desk, booking, group.visits if group else (), by_name=True),
        made=moment(desk, booking.created_at),
        origin=origin_words(desk, booking.source),
        speaks=NAMES.get(booking.language, booking.language),
        cancel_reason=booking.cancel_reason or "",
        client_url=f"/{booking.salon_slug}/{booking.language}/booking/{booking.manage_token}",
        is_known=is_known and desk.may("visit.cancel", booking),
        history=history_lines(desk, changes, names, may_undo=may_undo),
        notice=notice,
        back=desk.url(f"/visits/{visit}"),
    )


@router.post("/console/{salon}/visits/{visit:uuid}/undo-change")
async def press_undo_change(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.undo"))]
) -> Response:
    """Put the visit back to what it was before the change named by `change_id`."""
    typed = await read_form(request)
    here = desk.url(f"/visits/{visit}")

    async def work(session: AsyncSession) -> Booking:
        booking = await get_booking_by_id(session, booking_id=visit, salon_id=desk.salon.id)
        desk.require_reach(booking)
        return await undo_change(
            session,
            salon=desk.salon,
            booking_id=visit,
            change_id=_read_change(typed["change_id"]),
            by=desk.person.actor,
            tell=typed["tell"] == "yes",
            now=desk.now,
        )

    try:
        await attempt(database_of(request), work)
    except Conflict as problem:
        return await refused(request, desk, visit, problem, here)
    return see_other(f"{desk.url(f'/visits/{visit}', did='undo', visit=str(visit))}#history")


def origin_words(desk: Desk, source: str) -> str:
    """Where the booking came from."""
    say = desk.words.text
    return {
        "web": say("on the salon's page"),
        "api": say("by another program"),
        "console": say("at the desk"),
        "demo": say("for the demonstration"),
        WALK_IN: say("walked in"),
        "waitlist": say("from the waitlist"),
    }.get(source, source)


def _read_change(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Conflict("This change is not known any more.", code="not_undoable") from None


async def _together(session: AsyncSession, booking: Booking) -> tuple[Series | None, Group | None]:
    salon_id, series_id, group_id = booking.salon_id, booking.series_id, booking.group_id
    return (
        await series_of(session, salon_id=salon_id, series_id=series_id) if series_id else None,
        await group_of(session, salon_id=salon_id, group_id=group_id) if group_id else None,
    )


def _series_words(desk: Desk, series: Series | None) -> str:
    if series is None:
        return ""
    until = desk.formats.date_only(series.until)
    if series.every_weeks == 1:
        return desk.words.text("Every week until {date}", date=until)
    return desk.words.plural(
        "Every {number} week until {date}",
        "Every {number} weeks until {date}",
        series.every_weeks,
        date=until,
    )


def _links(
    desk: Desk, booking: Booking, visits: Sequence[Sibling], *, by_name: bool = False
) -> list[Link]:
    return [
        Link(
            words=f"{each.client}, {desk.formats.time(each.start)}"
            if by_name
            else moment(desk, each.start),
            status=each.status,
            status_words=status_words(desk, each.status),
            url=desk.url(f"/visits/{each.id}"),
            here=each.id == booking.id,
        )
        for each in visits
    ]
