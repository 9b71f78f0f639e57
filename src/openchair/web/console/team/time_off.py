"""Time off: everybody asks for their own; who leads the team grants it, or enters it at once."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.team.queries import (
    TimeOff,
    get_time_off,
    list_members,
    list_time_off,
)
from openchair.booking.team.time_off import (
    add_time_off,
    decide_time_off,
    put_back_time_off,
    withdraw_time_off,
)
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Forbidden, Invalid, NotFound
from openchair.web.console.acts import carry_out
from openchair.web.console.day import read_date
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.cursor import cursor_at, read_cursor

PATH = "/time-off"
PAGE_ROWS = 50
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One absence as the list shows it."""

    id: UUID
    name: str
    words: str
    reason: str
    status: str
    status_words: str
    visits: int
    calendar_url: str
    may_decide: bool
    may_withdraw: bool


@router.get("/console/{salon}/time-off")
async def show_time_off(
    request: Request, desk: Annotated[Desk, Depends(May("time_off.request"))]
) -> Response:
    """What is asked for and planned; `past=yes` what is over. A stylist sees their own."""
    return await _page(request, desk, Typed({}))


@router.post("/console/{salon}/time-off")
async def send_time_off(
    request: Request, desk: Annotated[Desk, Depends(May("time_off.request"))]
) -> Response:
    """Ask for it, or enter it for somebody if one leads the team; `again` puts back what was just
    withdrawn.
    """
    typed = await read_form(request)
    try:
        if typed["again"]:
            again = _read_id(typed["again"], "start")
            added = await carry_out(
                request, desk, put_back_time_off, time_off_id=again, now=desk.now
            )
            return see_other(desk.url(PATH, did="added", off=added))
        staff_id, (start, end) = _whose(desk, typed), _when(desk, typed)

        async def work(session: AsyncSession) -> UUID:
            return await add_time_off(
                session,
                salon_id=desk.salon.id,
                staff_id=staff_id,
                start=start,
                end=end,
                reason=typed["reason"],
                approved=desk.may("team.manage"),
                by=desk.person.actor,
                now=desk.now,
            )

        added = await attempt(database_of(request), work)
    except (Invalid, Conflict) as problem:
        return await _page(request, desk, typed, problem=problem)
    return see_other(desk.url(PATH, did="added", off=added))


@router.post("/console/{salon}/time-off/{off:uuid}/decide")
async def press_decide(
    request: Request, off: UUID, desk: Annotated[Desk, Depends(May("team.manage"))]
) -> Response:
    """Approve, decline, or take the decision back."""
    status = (await read_form(request))["status"]

    async def work(session: AsyncSession) -> None:
        await decide_time_off(
            session,
            salon_id=desk.salon.id,
            time_off_id=off,
            status=status,
            by=desk.person.actor,
            now=desk.now,
        )

    await attempt(database_of(request), work)
    return see_other(desk.url(PATH, did=status, off=off))


@router.post("/console/{salon}/time-off/{off:uuid}/withdraw")
async def press_withdraw(
    request: Request, off: UUID, desk: Annotated[Desk, Depends(May("time_off.request"))]
) -> Response:
    """Take it away; the toast offers to put it back."""

    async def work(session: AsyncSession) -> TimeOff:
        found = await get_time_off(session, salon_id=desk.salon.id, time_off_id=off, now=desk.now)
        _require_own(desk, found)
        return await withdraw_time_off(
            session, salon_id=desk.salon.id, time_off_id=off, by=desk.person.actor, now=desk.now
        )

    await attempt(database_of(request), work)
    return see_other(desk.url(PATH, did="withdrawn", off=off))


def _whose(desk: Desk, typed: Typed) -> UUID:
    """For whom. Raises `Invalid` (field `who`)."""
    own = desk.membership.staff_id
    if not desk.may("team.manage"):
        if own is None:
            raise Invalid(
                "You are not one of the stylists, so you have no working time here."
                " Please ask the salon's owner.",
                field="who",
            )
        return own
    return _read_id(typed["who"], "who")


def _read_id(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Please choose somebody from the list.", field=field) from None


def _when(desk: Desk, typed: Typed) -> tuple[datetime, datetime]:
    """Whole days, both inside, or times of day. Raises `Invalid` on `start` or `end`."""
    first = _date(typed, "start")
    last = _date(typed, "end") if typed["end"] else first
    begins = _clock(typed, "from_time", "start")
    ends = _clock(typed, "to_time", "end")
    zone = desk.formats.zone
    start = datetime.combine(first, begins or time(), zone)
    end = (
        datetime.combine(last, ends, zone)
        if ends
        else datetime.combine(last + timedelta(days=1), time(), zone)
    )
    return start, end


def _date(typed: Typed, field: str) -> date:
    try:
        return read_date(typed[field])
    except Invalid as problem:
        raise Invalid(problem.message, field=field) from None


def _clock(typed: Typed, name: str, field: str) -> time | None:
    if not typed.trimmed(name):
        return None
    try:
        return time.fromisoformat(typed.trimmed(name)).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        raise Invalid("Please give times such as 09:00.", field=field) from None


def _require_own(desk: Desk, found: TimeOff) -> None:
    own = found.staff_id == desk.membership.staff_id and found.status == "requested"
    if not desk.may("team.manage") and not own:
        raise Forbidden(
            "You can withdraw what you asked for yourself, until it is approved.",
            code="not_your_time",
        )


async def _page(
    request: Request,
    desk: Desk,
    typed: Typed,
    *,
    problem: Invalid | Conflict | None = None,
) -> Response:
    leads = desk.may("team.manage")
    past = request.query_params.get("past") == "yes"
    after = read_cursor(request)
    nobody = UUID(int=0)
    async with database_of(request).transaction() as session:
        found = await list_time_off(
            session,
            salon_id=desk.salon.id,
            now=desk.now,
            staff_id=None if leads else desk.membership.staff_id or nobody,
            past=past,
            limit=PAGE_ROWS + 1,
            after=after,
        )
        members = await list_members(session, salon_id=desk.salon.id, now=desk.now) if leads else []
        toast = await _toast(session, desk, request) if problem is None else None
    rows, more = found[:PAGE_ROWS], len(found) > PAGE_ROWS
    query = {"past": "yes" if past else ""}
    return render(
        "team/time_off.html",
        words=desk.words,
        desk=desk,
        rows=[_row(desk, each) for each in rows],
        people=[each for each in members if each.active],
        leads=leads,
        can_ask=leads or desk.membership.staff_id is not None,
        past=past,
        past_url=desk.url(PATH, past="yes"),
        now_url=desk.url(PATH),
        more_url=desk.url(PATH, after=cursor_at(rows[-1].start, rows[-1].id), **query)
        if more
        else "",
        typed=typed,
        toast=toast,
        wrong={problem.field or "start": desk.words.text(problem.message)} if problem else {},
        status=problem.status if problem else 200,
    )


def _row(desk: Desk, found: TimeOff) -> Row:
    say = desk.words.text
    leads = desk.may("team.manage")
    status = {
        "requested": say("Asked for"),
        "approved": say("Approved"),
        "declined": say("Declined"),
    }[found.status]
    day = desk.formats.local(max(found.start, desk.now)).date()
    return Row(
        id=found.id,
        name=found.staff_name,
        words=_stretch(desk, found),
        reason=found.reason,
        status=found.status,
        status_words=status,
        visits=found.coming_visits,
        calendar_url=desk.url("/day", date=day.isoformat(), staff=str(found.staff_id)),
        may_decide=leads,
        may_withdraw=leads or found.status == "requested",
    )


def _stretch(desk: Desk, found: TimeOff) -> str:
    """Whole days without times of day, and one date where it is only one."""
    local = desk.formats.local
    start, end = local(found.start), local(found.end) if found.end else None
    say = desk.words.text
    if end is None:
        return say("from {day} on", day=desk.formats.full_date(start))
    whole = start.time() == time() and end.time() == time()
    if whole:
        last = (end - timedelta(days=1)).date()
        if last == start.date():
            return desk.formats.full_date(start)
        return f"{desk.formats.full_date(start)} – {desk.formats.full_date(last)}"
    if start.date() == end.date():
        clock = f"{desk.formats.time(start)}–{desk.formats.time(end)}"
        return f"{desk.formats.full_date(start)}, {clock}"
    return f"{desk.formats.date_and_time(start)} – {desk.formats.date_and_time(end)}"


async def _toast(session: AsyncSession, desk: Desk, request: Request) -> dict[str, str] | None:
    """What was just done, and the form that takes it back."""
    query, say = request.query_params, desk.words.text
    did = query.get("did", "")
    if did == "withdrawn":
        again = query.get("off", "")
        return {"sentence": say("Withdrawn."), "action": desk.url(PATH), "again": again}
    if did not in {"added", "approved", "declined", "requested"}:
        return None
    try:
        found = await get_time_off(
            session, salon_id=desk.salon.id, time_off_id=UUID(query.get("off", "")), now=desk.now
        )
    except (ValueError, NotFound):
        return None
    entered = desk.may("team.manage")
    sentence = {
        "added": say("Entered.") if entered else say("Asked for. It counts once it is approved."),
        "approved": say("Approved. Nobody can book {name} then.", name=found.staff_name),
        "declined": say("Declined."),
        "requested": say("It waits for a decision again."),
    }[did]
    if did == "added":
        return {"sentence": sentence, "action": desk.url(f"{PATH}/{found.id}/withdraw")}
    if did == "requested":
        return {"sentence": sentence, "action": ""}
    return {
        "sentence": sentence,
        "action": desk.url(f"{PATH}/{found.id}/decide"),
        "status": "requested",
    }
