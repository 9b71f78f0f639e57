"""One visit with everything known about it, and its history from the audit log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.queries import get_booking_by_id
from openchair.booking.catalogue.queries import get_catalogue
from openchair.identity.accounts.queries import names_of
from openchair.identity.audit.queries import Act, list_acts
from openchair.platform.languages.catalogues import NAMES
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.marks import read_notice
from openchair.web.console.pages import render
from openchair.web.console.suppressions import unreached
from openchair.web.console.visit_view import status_words, view_visit

STATUSES = frozenset({"confirmed", "arrived", "no_show", "cancelled"})
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history."""

    when: str
    who: str
    what: str
    detail: str


@router.get("/console/{salon}/visits/{visit:uuid}")
async def show_visit(
    request: Request, visit: UUID, desk: Annotated[Desk, Depends(May("visit.read"))]
) -> Response:
    """The visit's own page."""
    async with database_of(request).transaction() as session:
        booking = await get_booking_by_id(session, booking_id=visit, salon_id=desk.salon.id)
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
        acts = await list_acts(
            session, salon_id=desk.salon.id, resource_type="booking", resource_id=visit
        )
        names = await names_of(session, user_ids={act.user_id for act in acts if act.user_id})
        notice = await read_notice(session, desk, request)
        unreachable = await unreached(
            session, desk, email=booking.customer_email, phone=booking.customer_phone
        )
    day = booking.start.date().isoformat()
    return render(
        "visit.html",
        words=desk.words,
        desk=desk,
        visit=view_visit(desk, booking, catalogue=catalogue),
        unreachable=unreachable,
        day=desk.formats.full_date(booking.start),
        day_url=desk.url("/day", date=day),
        made=_moment(desk, booking.created_at),
        origin=origin_words(desk, booking.source),
        speaks=NAMES.get(booking.language, booking.language),
        cancel_reason=booking.cancel_reason or "",
        client_url=f"/{booking.salon_slug}/{booking.language}/booking/{booking.manage_token}",
        history=[_line(desk, act, names) for act in acts],
        notice=notice,
        back=desk.url(f"/visits/{visit}"),
    )


def origin_words(desk: Desk, source: str) -> str:
    """Where the booking came from."""
    say = desk.words.text
    return {
        "web": say("on the salon's page"),
        "api": say("by another program"),
        "console": say("at the desk"),
        "demo": say("for the demonstration"),
    }.get(source, source)


def _line(desk: Desk, act: Act, names: dict[UUID, str]) -> Line:
    return Line(
        when=_moment(desk, act.at),
        who=_who(desk, act, names),
        what=_what(desk, act),
        detail=_detail(desk, act),
    )


def _who(desk: Desk, act: Act, names: dict[UUID, str]) -> str:
    say = desk.words.text
    if act.user_id is not None:
        return names.get(act.user_id, say("Somebody of the team"))
    return say("Client") if act.actor == "client" else say("OpenChair")


def _what(desk: Desk, act: Act) -> str:
    say, after = desk.words.text, act.metadata.get("after")
    if act.action == "mark":
        return {
            "arrived": say("marked as arrived"),
            "no_show": say("marked as no-show"),
            "confirmed": say("took the mark back"),
        }.get(str(after), act.action)
    if act.action == "create" and act.metadata.get("overbooked"):
        return say("booked over a taken time")
    return {
        "create": say("booked"),
        "cancel": say("cancelled"),
        "restore": say("restored"),
        "reschedule": say("moved"),
    }.get(act.action, act.action)


def _detail(desk: Desk, act: Act) -> str:
    """Before and after, and the reason if one was given."""
    before, after = act.metadata.get("before"), act.metadata.get("after")
    told = ""
    if act.action == "reschedule":
        told = " → ".join(
            _moment(desk, datetime.fromisoformat(str(each))) for each in (before, after)
        )
    elif before in STATUSES and after in STATUSES:
        told = f"{status_words(desk, str(before))} → {status_words(desk, str(after))}"
    reason = str(act.metadata.get("reason") or "")
    return " · ".join(part for part in (told, reason) if part)


def _moment(desk: Desk, instant: datetime) -> str:
    """Without the year while it is this one."""
    this_year = desk.formats.local(instant).year == desk.formats.local(desk.now).year
    formats = desk.formats
    day = formats.weekday_day_month(instant) if this_year else formats.full_date(instant)
    return f"{day}, {formats.time(instant)}"
