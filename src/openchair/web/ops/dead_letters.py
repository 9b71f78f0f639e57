"""Dead letters of all salons by cause: sending them again, one first, and laying them aside."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.notifications.dead_letters.filters import CHANNELS, FAILURE_TYPES, Filter
from openchair.notifications.dead_letters.queries import (
    get_letter,
    latest_redrives,
    list_causes,
    list_letters,
)
from openchair.operations.messages.dead_letters import (
    lay_aside,
    redrive_all,
    redrive_one,
    stop_redrive,
)
from openchair.operations.messages.redrive_next import what_next
from openchair.operations.oncall.contact import masked
from openchair.platform.errors import Conflict
from openchair.web.caller import database_of
from openchair.web.cursor import cursor, read_cursor
from openchair.web.forms import own_address, read_form
from openchair.web.ops.acts import carry_out
from openchair.web.ops.door import Operates, Operator
from openchair.web.ops.lists import PAGE_ROWS, chosen
from openchair.web.ops.pages import render, see_other, url

LIVE_SECONDS = 5
MOST_REDRIVES = 3
HOME = "/ops/dead-letters"
MEANS = {
    "timeout": "The provider did not answer in time.",
    "rate_limit": "The provider wants fewer messages at once.",
    "auth_error": "The provider does not know us: look at user, password or key.",
    "validation_error": "The address or the message is not valid; sending again does not help.",
    "hard_bounce": "The address does not exist; sending again does not help.",
    "soft_bounce": "The mailbox was full or away.",
    "content_rejected": "The provider refused what is in it.",
    "provider_error": "The provider failed.",
    "other": "Nobody foresaw this; read the provider's words.",
}
router = APIRouter()
Reads = Annotated[Operator, Depends(Operates("messages.read"))]
Manages = Annotated[Operator, Depends(Operates("messages.manage"))]


@router.get("/ops/dead-letters")
async def show_causes(request: Request, operator: Reads) -> Response:
    """By cause and channel, over all salons."""
    return await _causes(request, operator)


@router.get("/ops/dead-letters/list")
async def show_letters(request: Request, operator: Reads) -> Response:
    """The letters of one cause or of all, a page at a time."""
    cause, channel = chosen(request, "type", FAILURE_TYPES), chosen(request, "channel", CHANNELS)
    after = read_cursor(request)
    meant = Filter(failure_types=(cause,) if cause else (), channel=channel or None)
    async with database_of(request).transaction() as session:
        found = await list_letters(session, meant=meant, limit=PAGE_ROWS + 1, after=after)
    shown, here = found[:PAGE_ROWS], {"type": cause, "channel": channel}
    more = len(found) > PAGE_ROWS
    return render(
        request,
        "letters.html",
        operator=operator,
        letters=shown,
        cause=cause,
        means=MEANS.get(cause, ""),
        masked=masked,
        first_url=url(f"{HOME}/list", **here) if after else "",
        more_url=url(f"{HOME}/list", **here, after=cursor(shown[-1])) if more else "",
    )


@router.get("/ops/dead-letters/{letter:uuid}")
async def show_letter(request: Request, letter: UUID, operator: Reads) -> Response:
    """One letter; its message tells the rest."""
    async with database_of(request).transaction() as session:
        found = await get_letter(session, letter_id=letter)
    return render(
        request,
        "letter.html",
        operator=operator,
        letter=found,
        means=MEANS.get(found.failure_type, ""),
        masked=masked,
    )


@router.post("/ops/dead-letters/redrive")
async def press_redrive(request: Request, operator: Manages) -> Response:
    """Send those of one cause again: one first, the others when it arrived."""
    typed = await read_form(request)
    meant = Filter(
        failure_types=(typed["type"],) if typed["type"] else (), channel=typed["channel"] or None
    )
    begun, _ = await carry_out(request, operator, redrive_all, meant=meant)
    if begun is None:
        return await _causes(request, operator, refused="There is nothing to send again here.")
    return see_other(HOME)


@router.post("/ops/dead-letters/redrives/{redrive:uuid}/stop")
async def press_stop(request: Request, redrive: UUID, operator: Manages) -> Response:
    """Let nothing more out of a redrive."""
    await carry_out(request, operator, stop_redrive, redrive_id=redrive)
    return see_other(HOME)


@router.post("/ops/dead-letters/{letter:uuid}/redrive")
async def press_redrive_one(request: Request, letter: UUID, operator: Manages) -> Response:
    """Send one again at once."""
    return await _one(request, operator, redrive_one, letter)


@router.post("/ops/dead-letters/{letter:uuid}/dismiss")
async def press_dismiss(request: Request, letter: UUID, operator: Manages) -> Response:
    """Lay one aside: somebody has seen to it."""
    return await _one(request, operator, lay_aside, letter)


async def _one(
    request: Request, operator: Operator, verb: Callable[..., Awaitable[Any]], letter: UUID
) -> Response:
    back = own_address((await read_form(request))["back"], root="/ops", otherwise=HOME)
    try:
        await carry_out(request, operator, verb, letter_id=letter)
    except Conflict as problem:
        return await _causes(request, operator, refused=problem.message)
    return see_other(back)


async def _causes(request: Request, operator: Operator, *, refused: str = "") -> Response:
    async with database_of(request).transaction() as session:
        causes = await list_causes(session, meant=Filter())
        redrives = await latest_redrives(session, salon_id=None, limit=MOST_REDRIVES)
    under_way = [each for each in redrives if each.is_under_way]
    return render(
        request,
        "dead_letters.html",
        operator=operator,
        status=409 if refused else 200,
        live=0 if refused else LIVE_SECONDS,
        refused=refused,
        causes=causes,
        count=sum(each.count for each in causes),
        sendable=sum(each.sendable for each in causes),
        redrives=under_way or redrives[:1],
        what_next=what_next,
        means=MEANS,
    )
