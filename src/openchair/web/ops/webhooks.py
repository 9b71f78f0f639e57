"""Webhooks of all salons: what others sent us, what we could not hand to others, and replaying."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.operations.webhooks.endpoints import replay as replay_outgoing
from openchair.operations.webhooks.inbox import replay as replay_incoming
from openchair.platform.errors import Conflict
from openchair.web.caller import database_of
from openchair.web.forms import own_address, read_form
from openchair.web.ops.acts import carry_out
from openchair.web.ops.door import Operates, Operator
from openchair.web.ops.lists import PAGE_ROWS, chosen, read_id
from openchair.web.ops.pages import render, see_other, url
from openchair.webhooks.outgoing.queries import get_message, list_failed
from openchair.webhooks.queries import STATES, list_webhooks

HOME = "/ops/webhooks"
router = APIRouter()
Reads = Annotated[Operator, Depends(Operates("webhooks.read"))]
Manages = Annotated[Operator, Depends(Operates("webhooks.manage"))]


@router.get("/ops/webhooks")
async def show_incoming(request: Request, operator: Reads) -> Response:
    """What other services sent us, the newest first."""
    status, before = chosen(request, "status", STATES), read_id(request)
    async with database_of(request).transaction() as session:
        found = await list_webhooks(session, status=status or None, before=before, limit=PAGE_ROWS)
    more = found[-1].id if len(found) == PAGE_ROWS else None
    return render(
        request,
        "webhooks.html",
        operator=operator,
        status_chosen=status,
        states=STATES,
        webhooks=found,
        first_url=url(HOME, status=status) if before else "",
        more_url=url(HOME, status=status, before=more) if more else "",
    )


@router.get("/ops/webhooks/outgoing")
async def show_outgoing(request: Request, operator: Reads) -> Response:
    """What we gave up telling a salon's own software, the newest first."""
    before = read_id(request)
    async with database_of(request).transaction() as session:
        found = await list_failed(session, before=before, limit=PAGE_ROWS)
    more = found[-1].id if len(found) == PAGE_ROWS else None
    return render(
        request,
        "webhooks_outgoing.html",
        operator=operator,
        messages=found,
        first_url=f"{HOME}/outgoing" if before else "",
        more_url=url(f"{HOME}/outgoing", before=more) if more else "",
    )


@router.post("/ops/webhooks/{webhook_id:uuid}/replay")
async def press_replay(request: Request, webhook_id: UUID, operator: Manages) -> Response:
    """Handle one again; what was handled already is left alone."""
    back = await _back(request, otherwise=HOME)
    await carry_out(request, operator, replay_incoming, name=str(webhook_id), force=False)
    return see_other(back)


@router.post("/ops/webhooks/outgoing/{message_id:uuid}/replay")
async def press_replay_outgoing(request: Request, message_id: UUID, operator: Manages) -> Response:
    """Send one of ours again."""
    back = await _back(request, otherwise=f"{HOME}/outgoing")
    async with database_of(request).transaction() as session:
        found = await get_message(session, message_id=message_id)
    try:
        await carry_out(
            request, operator, replay_outgoing, salon_id=found.salon_id, message_id=message_id
        )
    except Conflict:  # it is on its way already, which is what was wanted
        return see_other(back)
    return see_other(back)


async def _back(request: Request, *, otherwise: str) -> str:
    return own_address((await read_form(request))["back"], root="/ops", otherwise=otherwise)
