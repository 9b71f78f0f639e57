"""The desk books for a client: on the telephone, at the counter, over a taken time if it must.

A taken time is refused at first, with the nearest free ones; only the same form sent again with
the box ticked books over it, and the audit log says so.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.clashes import Clash
from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.conflicts import clashes_of_wish
from openchair.booking.availability.find import find_times
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.customers.forms.gate import CODE
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.ids import new_id
from openchair.web.console.clients.contact import sees_all_contacts
from openchair.web.console.clients.for_visit import (
    chosen_client,
    known_client,
    missing_words,
)
from openchair.web.console.day import read_date
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.in_the_way import in_the_way, with_what_is_in_the_way
from openchair.web.console.new_visit_client import Match, choose_client, find_matches
from openchair.web.console.new_visit_form import (
    FIELDS,
    ROWS,
    Draft,
    doubt_about,
    offer,
    read_draft,
)
from openchair.web.console.new_visit_together import (
    PEOPLE,
    SOURCE,
    book_as_group,
    book_as_series,
    field_of_group,
    is_group,
    is_series,
    last_person,
    names_of_group,
    together,
)
from openchair.web.console.obstacles_view import AskedAbout, asked_about, kept_choices
from openchair.web.console.pages import render, see_other

STEP_MINUTES = 5
MOST_WARNED = 400
router = APIRouter()


@dataclass(frozen=True, slots=True)
class State:
    """What the page shows beside the form: what is wrong, free times, or a warning."""

    wrong: dict[str, str] = field(default_factory=dict)
    times: tuple[str, ...] | None = None
    warning: str = ""
    why: tuple[str, ...] = ()
    near: tuple[tuple[str, str], ...] = ()
    warned: str = ""
    may_overbook: bool = False
    missing: str = ""
    obstacles: tuple[AskedAbout, ...] = ()
    matches: tuple[Match, ...] | None = None
    doubt: str = ""


@router.get("/console/{salon}/new")
async def show_new_visit(
    request: Request, desk: Annotated[Desk, Depends(May("visit.create"))]
) -> Response:
    """The empty form, at the next five minutes of today or on the `date` and `time` asked for, with
    `staff`; `client` fills in who comes.
    """
    query, local = request.query_params, desk.formats.local(desk.now)
    soon = local + timedelta(minutes=STEP_MINUTES - local.minute % STEP_MINUTES)
    day = read_date(query["date"]) if query.get("date") else local.date()
    typed = Typed(
        {
            "date": day.isoformat(),
            "time": query.get("time", f"{soon:%H:%M}" if day == local.date() else ""),
            "staff_1": query.get("staff", ""),
            "language": desk.salon.default_language,
            "key": new_id().hex,
            **await known_client(request, desk),
        }
    )
    return await _page(request, desk, typed, State())


@router.post("/console/{salon}/new")
async def send_new_visit(
    request: Request, desk: Annotated[Desk, Depends(May("visit.create"))]
) -> Response:
    """Book it, or show the form again with what was typed and what to do about it."""
    typed = await read_form(request)
    if typed["pick"]:
        day, _, clock = typed["pick"].partition("T")
        typed = Typed({**typed.values, "date": day, "time": clock})
        return await _page(request, desk, typed, State())
    if typed["choose"]:
        typed = await choose_client(request, desk, typed)
        return await _page(request, desk, typed, State())
    if typed["step"] == "find":
        state = State(matches=await find_matches(request, desk, typed))
        return await _page(request, desk, typed, state)
    try:
        if typed["step"] == "times":
            return await _page(request, desk, typed, await _free_times(request, desk, typed))
        draft = replace(read_draft(desk, typed), more=together(typed))
        if doubt := doubt_about(desk, typed, draft.start.date()):
            return await _page(request, desk, typed, State(doubt=doubt), status=409)
        try:
            visit = await _book(request, desk, draft, typed)
        except Conflict as problem:
            state = _warning(desk, draft, typed, problem)
            if typed["sure"] == "yes":  # what was confirmed before stays so
                state = replace(state, warned=f"{typed['warned'][:MOST_WARNED]} {state.warned}")
            return await _page(request, desk, typed, state, status=409)
    except Invalid as problem:
        name = field_of_group(problem, typed) or FIELDS.get(problem.field or "", "form")
        state = State(wrong={name: desk.words.text(problem.message)})
        return await _page(request, desk, typed, state, status=422)
    did = "series" if is_series(typed) else "booked"
    if is_series(typed) or is_group(typed):
        return see_other(desk.url(f"/visits/{visit}", did=did, visit=str(visit)))
    day = draft.start.date().isoformat()
    return see_other(f"{desk.url('/day', date=day, did=did, visit=str(visit))}#v-{visit}")


async def _book(request: Request, desk: Desk, draft: Draft, typed: Typed) -> UUID:
    """Over a taken time, or without a test, only when this very visit was warned about and the box
    is ticked. Answers the visit, or the first one.
    """
    sure = typed["sure"] == "yes" and desk.may("visit.overbook")
    warned = typed["warned"].split() if sure else []
    overbook = f"time_taken:{draft.fingerprint}" in warned
    without_forms = f"{CODE}:{draft.fingerprint}" in warned

    async def work(session: AsyncSession) -> UUID:
        customer = await chosen_client(session, desk, typed["client"], draft.customer)
        if is_series(typed):
            return await book_as_series(
                session, desk, draft, typed, customer=customer, without_forms=without_forms
            )
        if is_group(typed):
            by_name = replace(draft, customer=customer)
            return await book_as_group(
                session, desk, by_name, typed, overbook=overbook, without_forms=without_forms
            )

        async def look(_refusal: Conflict) -> tuple[Clash, ...]:
            return await clashes_of_wish(
                session,
                salon=desk.salon,
                service_ids=draft.service_ids,
                staff_ids=draft.staff_ids,
                start=draft.start,
                customer=customer,
                now=desk.now,
            )

        async with with_what_is_in_the_way(desk, look):
            confirmed = await book(
                session,
                salon=desk.salon,
                service_ids=draft.service_ids,
                start=draft.start,
                staff_ids=draft.staff_ids,
                customer=customer,
                consents={},
                note=draft.note,
                idempotency_key=typed["key"] or None,
                source=SOURCE,
                actor=desk.person.actor,
                overbook=overbook,
                may_overlap=f"customer_busy:{draft.fingerprint}" in warned,
                without_forms=without_forms,
                now=desk.now,
            )
        return confirmed.booking_id

    return await attempt(database_of(request), work)


async def _free_times(request: Request, desk: Desk, typed: Typed) -> State:
    draft = read_draft(desk, Typed({**typed.values, "time": typed["time"] or "12:00"}))
    day = draft.start.date()
    async with database_of(request).transaction() as session:
        found = await find_times(
            session,
            salon=desk.salon,
            service_ids=draft.service_ids,
            staff_ids=draft.staff_ids,
            first=day,
            last=day,
            now=desk.now,
        )
    return State(times=tuple(f"{slot.start:%H:%M}" for slot in found.days[0].slots))


def _warning(desk: Desk, draft: Draft, typed: Typed, problem: Conflict) -> State:
    say = desk.words.text
    if problem.code == "series_conflicts":
        return State(obstacles=tuple(asked_about(desk, problem)))
    if problem.code == CODE:
        return State(
            warning=missing_words(desk, problem),
            warned=f"{CODE}:{draft.fingerprint}",
            may_overbook=desk.may("visit.overbook"),
            missing=", ".join(desk.say(form["name"]) for form in problem.details["forms"]),
        )
    near = [
        datetime.fromisoformat(each["start"]).astimezone(desk.formats.zone)
        for each in problem.details.get("alternatives", ())
    ]
    warning = (
        say("This time is not free: somebody or something it needs is taken or off.")
        if problem.code == "time_taken"
        else say("This client already has a visit at that time.")
    )
    whose = names_of_group(draft, typed)
    if whose:
        warning = f"{whose[problem.details.get('person', 0)]}: {warning}"
    return State(
        warning=warning,
        why=in_the_way(problem),
        near=tuple((f"{start:%Y-%m-%dT%H:%M}", _near_words(desk, draft, start)) for start in near),
        warned=f"{problem.code}:{draft.fingerprint}",
        may_overbook=desk.may("visit.overbook"),
    )


def _near_words(desk: Desk, draft: Draft, start: datetime) -> str:
    clock = desk.formats.time(start)
    if start.date() == draft.start.date():
        return clock
    return f"{desk.formats.weekday_day_month(start)}, {clock}"


async def _page(
    request: Request, desk: Desk, typed: Typed, state: State, *, status: int = 200
) -> Response:
    async with database_of(request).transaction() as session:
        catalogue: Catalogue = await get_catalogue(session, salon_id=desk.salon.id)
    return render(
        "new_visit.html",
        words=desk.words,
        desk=desk,
        status=status,
        offer=offer(desk, catalogue),
        rows=range(1, ROWS + 1),
        typed=typed,
        state=state,
        wrong=state.wrong,
        people=PEOPLE,
        last_person=last_person(typed),
        by_contact=sees_all_contacts(desk),
        obstacles=state.obstacles,
        chosen=kept_choices(typed, state.obstacles),
    )
