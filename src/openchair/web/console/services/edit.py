"""One service, variant or add-on: adding it and changing it. Every page works without scripts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.catalogue.add import KINDS, add_item
from openchair.booking.catalogue.change import OVERTAKEN, change_item
from openchair.booking.catalogue.item import Item, revision_of
from openchair.booking.catalogue.note import Done
from openchair.booking.catalogue.price_list import PriceList, read_price_list
from openchair.customers.forms.queries import list_forms
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.elsewhere import Elsewhere
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.services.edit_view import blank, differences, view_edit
from openchair.web.console.services.form import MINUTES, read_wanted, shown
from openchair.web.console.services.list_view import HOME
from openchair.web.console.services.notice import notice_of
from openchair.web.console.services.timeline import view_timeline

MOST_SHOWN = 720
router = APIRouter()


@router.get("/console/{salon}/salon/services/new")
async def show_new_service(
    request: Request, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """The form, filled with what a service of this place usually has."""
    found = await _read(request, desk)
    begun = _begun(request, desk, found)
    return await _page(request, desk, found, begun, typed=shown(desk, begun), is_new=True)


@router.post("/console/{salon}/salon/services/new")
async def send_new_service(
    request: Request, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """Add it and show it, or the form again with what was typed."""
    typed = await read_form(request)
    found = await _read(request, desk)
    begun = _begun(request, desk, found)
    try:
        wanted = read_wanted(
            desk,
            typed,
            people={each.id: each for each in found.people},
            category_id=begun.category_id if begun.parent_id else None,
        )

        async def work(session: AsyncSession) -> Done:
            return await add_item(
                session,
                salon=desk.salon,
                kind=begun.kind,
                parent_id=begun.parent_id,
                wanted=wanted,
                by=desk.person.actor,
            )

        done = await attempt(database_of(request), work)
    except Invalid as problem:
        return await _page(
            request, desk, found, begun, typed=typed, is_new=True, wrong=_wrong(desk, problem)
        )
    return see_other(desk.url(f"{HOME}/{done.id}", did="added", undo=done.act_id))


@router.get("/console/{salon}/salon/services/preview")
async def show_timeline(
    request: Request, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """What these minutes come to in words; asked by the form while somebody types."""
    minutes = (_bounded(request.query_params.get(name, "")) for name in MINUTES)
    active, processing, finish, before, after = minutes
    return render(
        "services/timeline.html",
        words=desk.words,
        desk=desk,
        timeline=view_timeline(
            desk, active=active, processing=processing, finish=finish, before=before, after=after
        ),
    )


@router.get("/console/{salon}/salon/services/{service:uuid}")
async def show_service(
    request: Request, service: UUID, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """Everything about it."""
    found = await _read(request, desk)
    item = one_of(found, service)
    return await _page(request, desk, found, item, typed=shown(desk, item))


@router.post("/console/{salon}/salon/services/{service:uuid}")
async def save_service(
    request: Request, service: UUID, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """Save it; what somebody else saved meanwhile is shown first, and what was typed is kept."""
    typed = await read_form(request)
    found = await _read(request, desk)
    item = one_of(found, service)
    try:
        wanted = read_wanted(
            desk,
            typed,
            people={each.id: each for each in found.people},
            category_id=item.category_id if item.parent_id else None,
            timed=item if found.below(item.id, "variant") else None,
        )

        async def work(session: AsyncSession) -> Done:
            return await change_item(
                session,
                salon=desk.salon,
                service_id=service,
                wanted=wanted,
                seen=typed["revision"],
                by=desk.person.actor,
            )

        done = await attempt(database_of(request), work)
    except Invalid as problem:
        return await _page(
            request, desk, found, item, typed=typed, wrong=_wrong(desk, problem), status=422
        )
    except Conflict as problem:
        if problem.code != OVERTAKEN:
            raise
        return await _page(request, desk, found, item, typed=typed, overtaken=True, status=409)
    did = "saved" if done.act_id else "same"
    return see_other(desk.url(f"{HOME}/{service}", did=did, undo=done.act_id))


async def picture_refused(
    request: Request, desk: Desk, service: UUID, problem: Invalid
) -> Response:
    """The page again, with what is wrong beside the picture."""
    found = await _read(request, desk)
    item = one_of(found, service)
    wrong = _wrong(desk, problem)
    return await _page(request, desk, found, item, typed=shown(desk, item), wrong=wrong, status=422)


def one_of(found: PriceList, service: UUID) -> Item:
    """It, or `NotFound`."""
    item = found.items.get(service)
    if item is None:
        raise NotFound("There is no such service here.", code="service_not_found")
    return item


async def _read(request: Request, desk: Desk) -> PriceList:
    async with database_of(request).transaction() as session:
        return await read_price_list(session, salon_id=desk.salon.id)


def _begun(request: Request, desk: Desk, found: PriceList) -> Item:
    """What the address asks to add: a service under a heading, or something under a service.
    Raises `Elsewhere` to the list when there is no heading yet.
    """
    if not found.headings:
        raise Elsewhere(desk.url(f"{HOME}/categories/new"))
    query = request.query_params
    kind = query.get("kind", "service")
    begun = blank(
        found,
        kind=kind if kind in KINDS else "service",
        parent_id=query.get("parent", ""),
        category_id=query.get("category", ""),
    )
    if begun is None:
        raise Elsewhere(desk.url(HOME))
    return begun


async def _page(
    request: Request,
    desk: Desk,
    found: PriceList,
    item: Item,
    *,
    typed: Typed,
    is_new: bool = False,
    wrong: dict[str, str] | None = None,
    overtaken: bool = False,
    status: int = 200,
) -> Response:
    async with database_of(request).transaction() as session:
        forms = await list_forms(session, salon_id=desk.salon.id)
    kept = bool(wrong) or overtaken
    revision = typed["revision"] if wrong and not overtaken else revision_of(item)
    query = request.url.query
    return render(
        "services/edit.html",
        words=desk.words,
        desk=desk,
        status=422 if is_new and wrong else status,
        item=item,
        is_new=is_new,
        typed=typed,
        wrong=wrong or {},
        revision=revision,
        view=view_edit(desk, found, item, typed=typed, forms=forms),
        meanwhile=differences(desk, found, item, typed) if overtaken else None,
        action=desk.url(f"{HOME}/new") + (f"?{query}" if query else "")
        if is_new
        else desk.url(f"{HOME}/{item.id}"),
        notice=None if kept else notice_of(desk, request),
    )


def _wrong(desk: Desk, problem: Invalid) -> dict[str, str]:
    told = problem.details or {problem.field or "form": problem.message}
    return {field: desk.words.text(sentence) for field, sentence in told.items()}


def _bounded(text: str) -> int:
    return min(int(text), MOST_SHOWN) if text.isascii() and text.isdigit() and len(text) < 6 else 0
