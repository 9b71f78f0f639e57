"""Undelivered messages by cause: what it means, what to do, and sending them again.

Every button is a form that works without scripts. While a redrive is under way the page asks for
itself anew every few seconds, if the reader wants that.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.audit.record import Actor
from openchair.notifications.dead_letters.filters import FAILURE_TYPES, Filter
from openchair.notifications.dead_letters.purge import plan_purge
from openchair.notifications.dead_letters.queries import (
    latest_redrives,
    list_causes,
    list_letters,
)
from openchair.operations.messages import dead_letters as verbs
from openchair.platform.errors import Conflict, Invalid
from openchair.web.console.acts import carry_out
from openchair.web.console.dead_letters_view import advice, group, meaning, progress, row, title
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.message_recipients import clients_among
from openchair.web.console.message_templates_view import channel_name
from openchair.web.console.pages import render, see_other
from openchair.web.cursor import cursor, read_cursor

PAGE_ROWS = 50
LIVE_SECONDS = 3
CHANNELS = ("email", "sms")
router = APIRouter()


@router.get("/console/{salon}/dead-letters")
async def show_causes(
    request: Request, desk: Annotated[Desk, Depends(May("messages.read"))]
) -> Response:
    """What was not delivered, by cause; with `live` the page follows a redrive."""
    return await _causes(request, desk)


@router.get("/console/{salon}/dead-letters/cause")
async def show_cause(
    request: Request, desk: Annotated[Desk, Depends(May("messages.read"))]
) -> Response:
    """The messages of one cause, `type`, and `channel`, a page at a time."""
    failure_type, channel = _cause_of(request.query_params)
    return await _letters(request, desk, failure_type, channel)


@router.post("/console/{salon}/dead-letters/redrive")
async def press_redrive(
    request: Request, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """Send those of one cause again: one first, the others when it arrived."""
    failure_type, channel = _cause_of((await read_form(request)).values)
    there = desk.url("/dead-letters", live="1")
    return await _do(request, desk, _begin, then=there, types=(failure_type,), channel=channel)


@router.post("/console/{salon}/dead-letters/redrives/{redrive:uuid}/stop")
async def press_stop(
    request: Request, redrive: UUID, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """Let nothing more out of a redrive."""
    there = desk.url("/dead-letters")
    return await _do(request, desk, verbs.stop_redrive, then=there, redrive_id=redrive)


@router.post("/console/{salon}/dead-letters/{letter:uuid}/redrive")
async def press_redrive_one(
    request: Request, letter: UUID, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """Send one again at once."""
    there = _back(desk, await read_form(request))
    return await _do(request, desk, verbs.redrive_one, then=there, letter_id=letter)


@router.post("/console/{salon}/dead-letters/{letter:uuid}/dismiss")
async def press_dismiss(
    request: Request, letter: UUID, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """Lay one aside: somebody has seen to it."""
    there = _back(desk, await read_form(request))
    return await _do(request, desk, verbs.lay_aside, then=there, letter_id=letter)


@router.get("/console/{salon}/dead-letters/purge")
async def ask_before_purge(
    request: Request, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """Show what may be removed for good, and ask."""
    async with database_of(request).transaction() as session:
        plan = await plan_purge(session, meant=Filter(salon_id=desk.salon.id))
    return render(
        "messages/purge.html",
        words=desk.words,
        desk=desk,
        plan=plan,
        rows=[row(desk, each) for each in plan.sample],
    )


@router.post("/console/{salon}/dead-letters/purge")
async def press_purge(
    request: Request, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """Remove it."""
    return await _do(request, desk, _purge, then=desk.url("/dead-letters"))


async def _begin(
    session: AsyncSession, *, salon_id: UUID, types: tuple[str, ...], channel: str, by: Actor
) -> None:
    meant = Filter(salon_id=salon_id, failure_types=types, channel=channel)
    begun, _ = await verbs.redrive_all(session, meant=meant, by=by)
    if begun is None:
        raise Conflict("There is nothing to send again here.", code="letter_already")


async def _purge(session: AsyncSession, *, salon_id: UUID, by: Actor) -> None:
    await verbs.purge_letters(session, meant=Filter(salon_id=salon_id), by=by)


async def _do(
    request: Request, desk: Desk, verb: Callable[..., Awaitable[Any]], *, then: str, **which: Any
) -> Response:
    """Run the verb, then the page; or the page with the reason why it was not done."""
    try:
        await carry_out(request, desk, verb, **which)
    except Conflict as problem:
        return await _causes(request, desk, refused=problem)
    return see_other(then)


async def _causes(request: Request, desk: Desk, *, refused: Conflict | None = None) -> Response:
    meant = Filter(salon_id=desk.salon.id)
    async with database_of(request).transaction() as session:
        causes = await list_causes(session, meant=meant)
        redrives = await latest_redrives(session, salon_id=desk.salon.id, limit=3)
        purgeable = (await plan_purge(session, meant=meant)).count
    under_way = [each for each in redrives if each.is_under_way]
    live = bool(under_way) and bool(request.query_params.get("live"))
    page = render(
        "messages/dead_letters.html",
        words=desk.words,
        desk=desk,
        status=refused.status if refused else 200,
        refused=_refusal(desk, refused) if refused else "",
        groups=[group(desk, each) for each in causes],
        count=sum(each.count for each in causes),
        redrives=[progress(desk, each) for each in under_way or redrives[:1]],
        may_manage=desk.may("messages.manage"),
        purgeable=purgeable,
        live=live,
    )
    if live:
        page.headers["Refresh"] = str(LIVE_SECONDS)
    return page


async def _letters(request: Request, desk: Desk, failure_type: str, channel: str) -> Response:
    meant = Filter(salon_id=desk.salon.id, failure_types=(failure_type,), channel=channel)
    after = read_cursor(request)
    async with database_of(request).transaction() as session:
        found = await list_letters(session, meant=meant, limit=PAGE_ROWS + 1, after=after)
        shown, more = found[:PAGE_ROWS], len(found) > PAGE_ROWS
        clients = await clients_among(session, desk, (each.recipient for each in shown))
    here = {"type": failure_type, "channel": channel}
    return render(
        "messages/cause.html",
        words=desk.words,
        desk=desk,
        title=title(desk, failure_type, channel=channel),
        channel=channel_name(desk, channel),
        meaning=meaning(desk, failure_type),
        advice=advice(desk, failure_type),
        rows=[row(desk, each, client=clients.get(each.recipient, "")) for each in shown],
        here=here,
        may_manage=desk.may("messages.manage"),
        first_url=desk.url("/dead-letters/cause", **here) if after else "",
        more_url=desk.url("/dead-letters/cause", **here, after=cursor(shown[-1])) if more else "",
    )


def _cause_of(said: Any) -> tuple[str, str]:
    """Cause and channel of a query or a form. Raises `Invalid`."""
    failure_type, channel = said.get("type", ""), said.get("channel", "")
    if failure_type not in FAILURE_TYPES or channel not in CHANNELS:
        raise Invalid("This page of the list does not exist.", field="type")
    return failure_type, channel


def _back(desk: Desk, typed: Typed) -> str:
    """The list that the button stood in, or all causes."""
    try:
        failure_type, channel = _cause_of(typed.values)
    except Invalid:
        return desk.url("/dead-letters")
    return desk.url("/dead-letters/cause", type=failure_type, channel=channel)


def _refusal(desk: Desk, problem: Conflict) -> str:
    """Why it was not done, in the reader's language."""
    say = desk.words.text
    return {
        "letter_too_late": say("By now it would come too late, so it was not sent again."),
        "letter_under_way": say("It is on its way already."),
        "letter_already": say("There is nothing to do any more: somebody was faster."),
    }.get(problem.code, say("There is nothing to do any more: somebody was faster."))
