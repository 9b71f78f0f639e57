"""Who logs in to the salon's console and as what. Owners change roles and ask people to join;
managers look. Inviting is in `people_invite.py`.
"""

from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.catalogue.queries import get_catalogue
from openchair.identity.accounts.queries import names_of
from openchair.identity.accounts.roles import grant_role
from openchair.identity.invitations.queries import list_open
from openchair.identity.team.leave import leave_salon
from openchair.identity.team.people import get_person, list_people
from openchair.identity.team.role_changes import (
    get_role_change,
    list_role_changes,
    undo_role_change,
)
from openchair.platform.errors import Conflict, Invalid, Problem
from openchair.web.console.acts import carry_out
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.people_view import (
    notice_of,
    role_choices,
    role_name,
    view_change,
    view_invitation,
    view_person,
)

PAGE = 50
LATEST = 10
router = APIRouter()


@router.get("/console/{salon}/salon/people")
async def show_people(
    request: Request, desk: Annotated[Desk, Depends(May("people.read"))]
) -> Response:
    """Everybody with a role here, a page at a time; who was asked; the last changes."""
    after = id_from(request.query_params.get("after", ""))
    salon_id = desk.salon.id
    async with database_of(request).transaction() as session:
        people = await list_people(session, salon_id=salon_id, limit=PAGE + 1, after=after)
        invitations = await list_open(session, salon_id=salon_id)
        changes = await list_role_changes(session, salon_id=salon_id, limit=LATEST)
        stylists = await stylists_of(session, desk)
        notice, undo = await _told(session, request, desk)
    shown = people[:PAGE]
    more = str(shown[-1].user_id) if len(people) > PAGE else ""
    return render(
        "people/people.html",
        words=desk.words,
        desk=desk,
        people=[view_person(desk, each, stylists=stylists) for each in shown],
        invitations=[view_invitation(desk, each, stylists=stylists) for each in invitations],
        changes=[view_change(desk, each) for each in changes],
        may_manage=desk.may("people.manage"),
        more_url=desk.url("/salon/people", after=more) if more else "",
        first_url=desk.url("/salon/people") if after else "",
        notice=notice,
        undo=undo,
    )


@router.get("/console/{salon}/salon/people/history")
async def show_history(
    request: Request, desk: Annotated[Desk, Depends(May("people.read"))]
) -> Response:
    """Every change of a role, a page at a time, the last first."""
    before = id_from(request.query_params.get("before", ""))
    async with database_of(request).transaction() as session:
        changes = await list_role_changes(
            session, salon_id=desk.salon.id, before=before, limit=PAGE + 1
        )
    shown = changes[:PAGE]
    here = "/salon/people/history"
    return render(
        "people/history.html",
        words=desk.words,
        desk=desk,
        changes=[view_change(desk, each) for each in shown],
        more_url=desk.url(here, before=str(shown[-1].id)) if len(changes) > PAGE else "",
        first_url=desk.url(here) if before else "",
    )


@router.get("/console/{salon}/salon/people/{person:uuid}")
async def show_person(
    request: Request, person: UUID, desk: Annotated[Desk, Depends(May("people.manage"))]
) -> Response:
    """One person: role, stylist, history, and the way out of the team."""
    return await _person(request, person, desk)


@router.post("/console/{salon}/salon/people/{person:uuid}/role")
async def change_role(
    request: Request, person: UUID, desk: Annotated[Desk, Depends(May("people.manage"))]
) -> Response:
    """Another role is asked for once more by name; another stylist only is saved at once."""
    typed = await read_form(request)
    async with database_of(request).transaction() as session:
        found = await get_person(session, salon_id=desk.salon.id, user_id=person)
        stylists = await stylists_of(session, desk)
    staff_id, role = id_from(typed["staff_id"]), typed["role"]
    try:
        require_stylist(staff_id, stylists)
        if role != found.role and typed["confirmed"] != "yes":
            return await _confirm(request, person, desk, typed)
        await carry_out(request, desk, grant_role, user_id=person, role=role, staff_id=staff_id)
    except (Invalid, Conflict) as problem:
        return await _person(request, person, desk, typed=typed, problem=problem)
    if role == found.role:
        return see_other(desk.url("/salon/people", did="linked"))
    return await _done(request, desk, "changed", person, staff_id=found.staff_id)


@router.get("/console/{salon}/salon/people/{person:uuid}/remove")
async def ask_to_remove(
    request: Request, person: UUID, desk: Annotated[Desk, Depends(May("people.manage"))]
) -> Response:
    """Who it is, and what it means."""
    async with database_of(request).transaction() as session:
        found = await get_person(session, salon_id=desk.salon.id, user_id=person)
        stylists = await stylists_of(session, desk)
    return render(
        "people/remove.html",
        words=desk.words,
        desk=desk,
        person_shown=view_person(desk, found, stylists=stylists),
    )


@router.post("/console/{salon}/salon/people/{person:uuid}/remove")
async def remove(
    request: Request, person: UUID, desk: Annotated[Desk, Depends(May("people.manage"))]
) -> Response:
    """Out of the team at once."""
    async with database_of(request).transaction() as session:
        found = await get_person(session, salon_id=desk.salon.id, user_id=person)
    try:
        await carry_out(request, desk, leave_salon, user_id=person)
    except Conflict as problem:
        return await _person(request, person, desk, problem=problem)
    if person == desk.person.session.user_id:
        return see_other("/console")
    return await _done(request, desk, "removed", person, staff_id=found.staff_id)


@router.post("/console/{salon}/salon/people/changes/{change:uuid}/undo")
async def undo(
    request: Request, change: UUID, desk: Annotated[Desk, Depends(May("people.manage"))]
) -> Response:
    """The role from before a change."""
    typed = await read_form(request)
    async with database_of(request).transaction() as session:
        changed = await get_role_change(session, salon_id=desk.salon.id, change_id=change)
        stylists = await stylists_of(session, desk)
    staff_id = id_from(typed["staff_id"])
    require_stylist(staff_id, stylists)
    await carry_out(
        request,
        desk,
        undo_role_change,
        user_id=changed.user_id,
        change_id=change,
        staff_id=staff_id,
    )
    return see_other(desk.url("/salon/people", did="undone", who=changed.user_id))


def id_from(typed: str) -> UUID | None:
    """An id, if it is one."""
    with suppress(ValueError):
        return UUID(typed)
    return None


async def stylists_of(session: AsyncSession, desk: Desk) -> dict[UUID, str]:
    """The salon's stylists by id, in the order of the team."""
    catalogue = await get_catalogue(session, salon_id=desk.salon.id)
    return {each.id: each.name for each in catalogue.staff}


def require_stylist(staff_id: UUID | None, stylists: dict[UUID, str]) -> None:
    """Raises `Invalid` (field `staff_id`) for a stylist of another salon, or of none."""
    if staff_id is not None and staff_id not in stylists:
        raise Invalid("Please choose one of your stylists.", field="staff_id")


async def _person(
    request: Request,
    person: UUID,
    desk: Desk,
    *,
    typed: Typed | None = None,
    problem: Problem | None = None,
) -> Response:
    async with database_of(request).transaction() as session:
        found = await get_person(session, salon_id=desk.salon.id, user_id=person)
        changes = await list_role_changes(session, salon_id=desk.salon.id, user_id=person)
        stylists = await stylists_of(session, desk)
    words = desk.words
    return render(
        "people/person.html",
        words=words,
        desk=desk,
        status=problem.status if problem else 200,
        person_shown=view_person(desk, found, stylists=stylists),
        roles=role_choices(words),
        role=typed["role"] if typed else found.role,
        staff_id=typed["staff_id"] if typed else str(found.staff_id or ""),
        stylists=stylists,
        changes=[view_change(desk, each) for each in changes],
        wrong={problem.field or "form": words.text(problem.message)} if problem else {},
    )


async def _confirm(request: Request, person: UUID, desk: Desk, typed: Typed) -> Response:
    async with database_of(request).transaction() as session:
        found = await get_person(session, salon_id=desk.salon.id, user_id=person)
        stylists = await stylists_of(session, desk)
    choices = {value: about for value, _name, about in role_choices(desk.words)}
    if typed["role"] not in choices:
        raise Invalid("Please choose one of these roles.", field="role", code="role_not_known")
    return render(
        "people/confirm.html",
        words=desk.words,
        desk=desk,
        person_shown=view_person(desk, found, stylists=stylists),
        role=typed["role"],
        role_new=role_name(desk.words, typed["role"]),
        about=choices[typed["role"]],
        staff_id=typed["staff_id"],
    )


async def _done(
    request: Request, desk: Desk, did: str, person: UUID, *, staff_id: UUID | None
) -> Response:
    """To the list, with what was done and how to take it back."""
    async with database_of(request).transaction() as session:
        last = await list_role_changes(session, salon_id=desk.salon.id, user_id=person, limit=1)
    return see_other(
        desk.url("/salon/people", did=did, who=person, change=last[0].id, staff=staff_id or "")
    )


async def _told(
    session: AsyncSession, request: Request, desk: Desk
) -> tuple[str, dict[str, str] | None]:
    """The sentence of what was just done, and the form that takes it back."""
    asked = request.query_params
    who, change = id_from(asked.get("who", "")), id_from(asked.get("change", ""))
    latest = await list_role_changes(session, salon_id=desk.salon.id, user_id=who, limit=1)
    name = ""
    if who is not None and latest:  # only of people who ever worked here
        name = (await names_of(session, user_ids={who})).get(who, "")
    notice = notice_of(desk, asked.get("did", ""), name=name)
    if not change or not latest or latest[0].id != change or not desk.may("people.manage"):
        return notice, None
    return notice, {
        "url": desk.url(f"/salon/people/changes/{change}/undo"),
        "staff_id": str(id_from(asked.get("staff", "")) or ""),
    }
