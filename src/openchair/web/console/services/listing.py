"""The price list: looking at it, putting it in order, and taking back what was done to it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.catalogue.arrange import move, put_in_order
from openchair.booking.catalogue.note import Done
from openchair.booking.catalogue.price_list import read_price_list
from openchair.booking.catalogue.undo import undo_act
from openchair.platform.errors import Conflict, NotFound
from openchair.web.console.acts import carry_out
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import own_address, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.services.list_view import HOME, view_archived, view_list
from openchair.web.console.services.notice import notice_of

router = APIRouter()


@router.get("/console/{salon}/salon/services")
async def show_services(
    request: Request, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """All headings with their services; with `order` the buttons that move them stand there too."""
    async with database_of(request).transaction() as session:
        found = await read_price_list(session, salon_id=desk.salon.id)
    return render(
        "services/list.html",
        words=desk.words,
        desk=desk,
        groups=view_list(desk, found),
        archived=sum(not item.active for item in found.items.values()),
        ordering=request.query_params.get("order") == "yes",
        focus=request.query_params.get("at", ""),
        notice=notice_of(desk, request),
    )


@router.get("/console/{salon}/salon/services/archived")
async def show_archived(
    request: Request, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """What is offered no more, and can be offered again."""
    async with database_of(request).transaction() as session:
        found = await read_price_list(session, salon_id=desk.salon.id)
    return render(
        "services/archived.html",
        words=desk.words,
        desk=desk,
        rows=view_archived(desk, found),
        notice=notice_of(desk, request),
    )


@router.post("/console/{salon}/salon/services/order")
async def send_order(
    request: Request, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """One thing up or down by a button, or all neighbours as a hand has put them."""
    typed = await read_form(request)
    back = own_address(typed["back"], otherwise=desk.url(HOME))
    moved, _, steps = typed["move"].partition(":")
    try:
        if moved:
            done = await carry_out(
                request, desk, move, item_id=UUID(moved), steps=-1 if steps == "-1" else 1
            )
        else:
            ids = [UUID(each) for each in typed["ids"].split(",") if each]
            done = await carry_out(request, desk, put_in_order, ids=ids)
            moved = typed["moved"]
    except (ValueError, NotFound, Conflict):
        return see_other(_with(back, did="list_changed"))
    return see_other(_with(back, did="order", undo=done.act_id or "", at=moved))


@router.post("/console/{salon}/salon/services/undo")
async def press_undo(
    request: Request, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """Take back one act, if nothing came after it."""
    typed = await read_form(request)
    back = own_address(typed["back"], otherwise=desk.url(HOME))
    try:
        done: Done = await carry_out(request, desk, undo_act, act_id=UUID(typed["act"]))
    except (ValueError, NotFound, Conflict):
        return see_other(_with(back, did="too_late"))
    gone = str(done.id) in back and typed["did"] == "added"
    return see_other(_with(desk.url(HOME) if gone else back, did="undone"))


def _with(address: str, **query: object) -> str:
    plain = address.partition("?")[0]
    kept = [part for part in address.partition("?")[2].split("&") if part.startswith("order=")]
    kept += [f"{name}={value}" for name, value in query.items() if value]
    return f"{plain}?{'&'.join(kept)}" if kept else plain
