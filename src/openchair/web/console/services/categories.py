"""The headings of the price list: adding, changing, removing them."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.coming import coming_visits
from openchair.booking.catalogue.categories import (
    Heading,
    add_category,
    change_category,
    get_heading,
    remove_category,
    services_of,
)
from openchair.booking.catalogue.note import Done
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.languages.catalogues import NAMES
from openchair.web.console.acts import carry_out
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.services.acts import ask_archive
from openchair.web.console.services.form import read_texts
from openchair.web.console.services.list_view import HOME
from openchair.web.console.services.notice import notice_of

COLOURS = (
    *("#1c7ed6", "#1098ad", "#2b8a3e", "#74a12e", "#e8590c", "#d4a373"),
    *("#c2255c", "#b5838d", "#7048e8", "#9c36b5", "#9c6644", "#5c677d"),
)
"""Far enough from each other to be told apart in a calendar, in light and dark."""

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page of a heading shows besides what was typed."""

    heading: Heading | None = None
    count: int = 0
    revision: str = ""
    overtaken: bool = False
    status: int = 200


@router.get("/console/{salon}/salon/services/categories/new")
async def show_new_category(
    request: Request, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """The empty form."""
    return _page(request, desk, Typed({"colour": COLOURS[0]}), Shown())


@router.post("/console/{salon}/salon/services/categories/new")
async def send_new_category(
    request: Request, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """Add it, or the form again."""
    typed = await read_form(request)

    async def work(session: AsyncSession) -> Done:
        return await add_category(
            session,
            salon=desk.salon,
            name=read_texts(desk, typed, "name"),
            colour=typed["colour"],
            by=desk.person.actor,
        )

    try:
        done = await attempt(database_of(request), work)
    except Invalid as problem:
        return _page(request, desk, typed, Shown(status=422), problem)
    return see_other(desk.url(HOME, did="added", undo=done.act_id, at=str(done.id)))


@router.get("/console/{salon}/salon/services/categories/{category:uuid}")
async def show_category(
    request: Request, category: UUID, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """The form with what holds now."""
    heading, count = await _read(request, desk, category)
    values = {f"name_{code}": text for code, text in heading.name.items()}
    typed = Typed({**values, "colour": heading.colour})
    shown = Shown(heading=heading, count=count, revision=heading.revision)
    return _page(request, desk, typed, shown)


@router.post("/console/{salon}/salon/services/categories/{category:uuid}")
async def save_category(
    request: Request, category: UUID, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """Change it, or the form again."""
    typed = await read_form(request)
    heading, count = await _read(request, desk, category)

    async def work(session: AsyncSession) -> Done:
        return await change_category(
            session,
            salon=desk.salon,
            category_id=category,
            name=read_texts(desk, typed, "name"),
            colour=typed["colour"],
            seen=typed["revision"],
            by=desk.person.actor,
        )

    try:
        done = await attempt(database_of(request), work)
    except Invalid as problem:
        shown = Shown(heading=heading, count=count, revision=typed["revision"], status=422)
        return _page(request, desk, typed, shown, problem)
    except Conflict:
        shown = Shown(
            heading=heading, count=count, revision=heading.revision, overtaken=True, status=409
        )
        return _page(request, desk, typed, shown)
    return see_other(desk.url(HOME, did="saved" if done.act_id else "same", undo=done.act_id))


@router.post("/console/{salon}/salon/services/categories/{category:uuid}/remove")
async def press_remove_category(
    request: Request, category: UUID, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """Delete it when it is empty, else archive all its services; visits to come are told first."""
    typed = await read_form(request)
    async with database_of(request).transaction() as session:
        heading = await get_heading(session, salon_id=desk.salon.id, category_id=category)
        services = await services_of(session, salon_id=desk.salon.id, category_id=category)
        ids = [each.id for each in services]
        coming = await coming_visits(session, salon_id=desk.salon.id, service_ids=ids, now=desk.now)
    if coming.count and typed["sure"] != "yes":
        here = f"{HOME}/categories/{category}"
        return ask_archive(
            desk,
            name=desk.say(heading.name),
            coming=coming,
            action=desk.url(f"{here}/remove"),
            back=desk.url(here),
        )
    done = await carry_out(request, desk, remove_category, category_id=category)
    did = "archived" if services else "removed"
    return see_other(desk.url(HOME, did=did, undo=done.act_id))


async def _read(request: Request, desk: Desk, category: UUID) -> tuple[Heading, int]:
    async with database_of(request).transaction() as session:
        heading = await get_heading(session, salon_id=desk.salon.id, category_id=category)
        services = await services_of(session, salon_id=desk.salon.id, category_id=category)
    return heading, sum(each.active and each.parent_id is None for each in services)


def _page(
    request: Request, desk: Desk, typed: Typed, shown: Shown, problem: Invalid | None = None
) -> Response:
    told = (problem.details or {problem.field or "form": problem.message}) if problem else {}
    own = desk.salon.default_language
    codes = [own, *(code for code in desk.salon.languages if code != own)]
    heading = shown.heading
    colours = COLOURS if typed["colour"] in COLOURS else (typed["colour"], *COLOURS)
    return render(
        "services/category.html",
        words=desk.words,
        desk=desk,
        status=shown.status,
        shown=shown,
        typed=typed,
        title=desk.say(heading.name) if heading else "",
        languages=[(code, NAMES.get(code, code)) for code in codes],
        colours=[each for each in colours if each.startswith("#")],
        wrong={field: desk.words.text(sentence) for field, sentence in told.items()},
        action=desk.url(f"{HOME}/categories/{heading.id if heading else 'new'}"),
        notice=None if told or shown.overtaken else notice_of(desk, request),
    )
