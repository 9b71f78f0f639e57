"""Chairs, rooms and devices: what there is, one more, another name, out of use."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.equipment.change import add_group, add_thing, change_thing
from openchair.booking.equipment.queries import Group, list_groups
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.former import former_state
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other

PATH = "/salon/place/equipment"
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What a thing was before, to be sent again."""

    thing_id: UUID
    name: str
    active: bool


@router.get("/console/{salon}/salon/place/equipment")
async def show_equipment(
    request: Request, desk: Annotated[Desk, Depends(May("place.manage"))]
) -> Response:
    """Everything there is, by kind."""
    return await _page(request, desk)


@router.post("/console/{salon}/salon/place/equipment")
async def send_group(
    request: Request, desk: Annotated[Desk, Depends(May("place.manage"))]
) -> Response:
    """A new kind of thing, with its first one."""
    typed = await read_form(request)
    names = {language: typed.trimmed(f"group_{language}") for language in desk.salon.languages}

    async def work(session: AsyncSession) -> None:
        group_id = await add_group(
            session,
            salon_id=desk.salon.id,
            location_id=desk.salon.location.id,
            kind=typed["kind"],
            name=names,
            by=desk.person.actor,
        )
        await add_thing(
            session,
            salon_id=desk.salon.id,
            group_id=group_id,
            name=typed["first"],
            by=desk.person.actor,
        )

    try:
        await attempt(database_of(request), work)
    except (Invalid, Conflict) as problem:
        return await _page(request, desk, typed=typed, problem=problem, form="group")
    return see_other(desk.url(PATH, did="added"))


@router.post("/console/{salon}/salon/place/equipment/groups/{kind:uuid}")
async def send_thing(
    request: Request, kind: UUID, desk: Annotated[Desk, Depends(May("place.manage"))]
) -> Response:
    """One more of a kind."""
    typed = await read_form(request)

    async def work(session: AsyncSession) -> None:
        await add_thing(
            session,
            salon_id=desk.salon.id,
            group_id=kind,
            name=typed["name"],
            by=desk.person.actor,
        )

    try:
        await attempt(database_of(request), work)
    except (Invalid, Conflict) as problem:
        return await _page(request, desk, typed=typed, problem=problem, form=str(kind))
    return see_other(desk.url(PATH, did="added"))


@router.post("/console/{salon}/salon/place/equipment/{thing:uuid}")
async def save_thing(
    request: Request, thing: UUID, desk: Annotated[Desk, Depends(May("place.manage"))]
) -> Response:
    """Another name, out of use, or in use again."""
    typed = await read_form(request)

    async def work(session: AsyncSession) -> None:
        await change_thing(
            session,
            salon_id=desk.salon.id,
            thing_id=thing,
            name=typed["name"],
            active=typed["active"] == "yes",
            by=desk.person.actor,
        )

    try:
        await attempt(database_of(request), work)
    except (Invalid, Conflict) as problem:
        return await _page(request, desk, typed=typed, problem=problem, form=str(thing))
    return see_other(desk.url(PATH, did="changed", thing=thing))


async def _page(
    request: Request,
    desk: Desk,
    *,
    typed: Typed | None = None,
    problem: Invalid | Conflict | None = None,
    form: str = "",
) -> Response:
    async with database_of(request).transaction() as session:
        groups = await list_groups(session, salon_id=desk.salon.id, now=desk.now)
        undo = await _undo(session, desk, request) if problem is None else None
    say = desk.words.text
    return render(
        "place/equipment.html",
        words=desk.words,
        desk=desk,
        groups=groups,
        kinds={"chair": say("Chairs"), "room": say("Rooms"), "device": say("Devices")},
        names={group.id: desk.say(group.name) for group in groups},
        total=_total(groups),
        typed=typed or Typed({}),
        form=form,
        wrong={form: say(problem.message)} if problem else {},
        undo=undo,
        status=problem.status if problem else 200,
    )


async def _undo(session: AsyncSession, desk: Desk, request: Request) -> Undo | None:
    try:
        thing = UUID(request.query_params.get("thing", ""))
    except ValueError:
        return None
    before = await former_state(session, desk, resource_type="equipment", resource_id=thing)
    return Undo(thing_id=thing, **before) if before else None


def _total(groups: list[Group]) -> int:
    return sum(len(group.things) for group in groups)
