"""Days on which the salon stays closed, and the public holidays that might be among them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.expected import expected_by_day
from openchair.identity.audit.queries import list_acts
from openchair.operations.house.change import CLOSED, close_day, open_day
from openchair.operations.house.holidays import Suggestion, regions, suggest
from openchair.platform.db.attempt import attempt
from openchair.platform.db.base import Words
from openchair.platform.errors import Invalid
from openchair.web.console.day import read_date
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.former import last_change
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other

PATH = "/salon/place/closed"
AHEAD = timedelta(days=366)
NAME_LENGTH = 80
LOOKED_BACK = 50
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDay:
    """One date of a list; `visits` are expected on it."""

    date: str
    words: str
    name: str
    visits: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What the toast says, and the form that takes it back."""

    sentence: str
    action: str
    date: str
    name: str


@router.get("/console/{salon}/salon/place/closed")
async def show_closed(
    request: Request, desk: Annotated[Desk, Depends(May("place.manage"))]
) -> Response:
    """What is planned from today on, and what the calendar of the country suggests."""
    return await _page(request, desk, Typed({}))


@router.post("/console/{salon}/salon/place/closed")
async def send_closed(
    request: Request, desk: Annotated[Desk, Depends(May("place.manage"))]
) -> Response:
    """Stay closed on one date."""
    typed = await read_form(request)
    try:
        day = _day_to_come(desk, typed)
        name = _name(desk, day, typed)

        async def work(session: AsyncSession) -> bool:
            former = await _former_name(session, desk, day) if typed["again"] else None
            return await close_day(
                session, salon=desk.salon, day=day, name=former or name, by=desk.person.actor
            )

        changed = await attempt(database_of(request), work)
    except Invalid as problem:
        wrong = {problem.field or "date": desk.words.text(problem.message)}
        return await _page(request, desk, typed, wrong=wrong, status=problem.status)
    did = "closed" if changed else ""
    return see_other(desk.url(PATH, did=did, region=typed["region"]))


@router.post("/console/{salon}/salon/place/closed/open")
async def press_open(
    request: Request, desk: Annotated[Desk, Depends(May("place.manage"))]
) -> Response:
    """Open on that date after all."""
    day = read_date((await read_form(request))["date"])

    async def work(session: AsyncSession) -> bool:
        return await open_day(session, salon=desk.salon, day=day, by=desk.person.actor)

    changed = await attempt(database_of(request), work)
    return see_other(desk.url(PATH, did="opened" if changed else ""))


def _day_to_come(desk: Desk, typed: Typed) -> date:
    day = read_date(typed["date"])
    if day < desk.formats.local(desk.now).date():
        raise Invalid("This day is over. Please choose today or a later one.", field="date")
    return day


async def _former_name(session: AsyncSession, desk: Desk, day: date) -> Words | None:
    """What the closed day was called before it was opened after all, in all its languages."""
    acts = await list_acts(
        session,
        salon_id=desk.salon.id,
        resource_type=CLOSED,
        resource_id=desk.salon.id,
        limit=LOOKED_BACK,
    )
    opened = (act.metadata.get("before") for act in acts)
    return next((was["name"] for was in opened if was and was["date"] == day.isoformat()), None)


def _name(desk: Desk, day: date, typed: Typed) -> Words:
    """What clients read; a public holiday has its name in each of the salon's languages."""
    if typed["suggested"]:
        known = _suggested(desk, typed["region"], first=day, last=day)
        if known:
            return known[0].name
    said = typed.trimmed("name")
    if len(said) > NAME_LENGTH:
        raise Invalid("Please keep the name under 80 characters.", field="name")
    return {desk.salon.default_language: said} if said else {}


def _suggested(desk: Desk, region: str, *, first: date, last: date) -> list[Suggestion]:
    return suggest(
        country=desk.salon.location.country,
        region=region,
        first=first,
        last=last,
        languages=desk.salon.languages,
    )


async def _page(
    request: Request,
    desk: Desk,
    typed: Typed,
    *,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    today = desk.formats.local(desk.now).date()
    region = request.query_params.get("region", "") or typed["region"]
    planned = [each for each in desk.salon.location.holidays if each.date >= today]
    taken = {each.date for each in planned}
    async with database_of(request).transaction() as session:
        visits = await expected_by_day(
            session,
            salon_id=desk.salon.id,
            first=datetime.combine(today, time(), desk.formats.zone),
            last=datetime.combine(today + AHEAD, time(), desk.formats.zone),
            time_zone=desk.salon.time_zone,
        )
        undo = await _undo(session, desk, request)
    return render(
        "place/closed.html",
        words=desk.words,
        desk=desk,
        typed=typed,
        wrong=wrong or {},
        status=status,
        days=[
            _view(desk, each.date, each.name, visits=visits.get(each.date, 0)) for each in planned
        ],
        suggestions=[
            _view(desk, each.date, each.name)
            for each in _suggested(desk, region, first=today, last=today + AHEAD)
            if each.date not in taken
        ],
        regions=regions(desk.salon.location.country),
        region=region,
        undo=undo,
    )


async def _undo(session: AsyncSession, desk: Desk, request: Request) -> Undo | None:
    did = request.query_params.get("did", "")
    if did not in {"closed", "opened"}:
        return None
    change = await last_change(session, desk, resource_type=CLOSED, resource_id=desk.salon.id)
    day = change.get("after" if did == "closed" else "before") if change else None
    if not day:
        return None
    words = desk.formats.full_date(date.fromisoformat(day["date"]))
    say = desk.words.text
    return Undo(
        sentence=say("The salon stays closed on {day}.", day=words)
        if did == "closed"
        else say("The salon is open on {day}.", day=words),
        action=desk.url(f"{PATH}/open" if did == "closed" else PATH),
        date=day["date"],
        name=desk.say(day["name"]),
    )


def _view(desk: Desk, day: date, name: Words, *, visits: int = 0) -> ClosedDay:
    return ClosedDay(
        date=day.isoformat(),
        words=desk.formats.full_date(day),
        name=desk.say(name),
        visits=visits,
        url=desk.url("/day", date=day.isoformat()),
    )
