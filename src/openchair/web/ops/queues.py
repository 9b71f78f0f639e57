"""What waits: counts by channel, kind and state with their age, the messages behind each, and one
message with every try. Providers that are left alone stand beside them.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.notifications.queries import STATES, get_message, list_messages
from openchair.notifications.waiting import list_waiting
from openchair.operations.oncall.contact import masked
from openchair.platform.breakers.breaker import list_breakers
from openchair.web.caller import database_of
from openchair.web.cursor import cursor, read_cursor
from openchair.web.ops.door import Operates, Operator
from openchair.web.ops.lists import PAGE_ROWS, chosen
from openchair.web.ops.pages import render, url

LIVE_SECONDS = 5
CHANNELS = ("email", "sms")
MOST_KIND = 80
router = APIRouter()
Reads = Annotated[Operator, Depends(Operates("messages.read"))]


@router.get("/ops/queues")
async def show_queues(request: Request, operator: Reads) -> Response:
    """Everything that has not come to its end."""
    channel = chosen(request, "channel", CHANNELS)
    async with database_of(request).transaction() as session:
        found = await list_waiting(session)
        breakers = await list_breakers(session)
    shown = [each for each in found if channel in {"", each.channel}]
    return render(
        request,
        "queues.html",
        operator=operator,
        live=LIVE_SECONDS,
        channel=channel,
        groups=shown,
        due=sum(each.due for each in shown),
        count=sum(each.count for each in shown),
        breakers=breakers,
    )


@router.get("/ops/messages")
async def show_messages(request: Request, operator: Reads) -> Response:
    """The messages behind a count, the youngest first."""
    channel, state = chosen(request, "channel", CHANNELS), chosen(request, "state", STATES)
    kind = request.query_params.get("kind", "")[:MOST_KIND]
    after = read_cursor(request)
    async with database_of(request).transaction() as session:
        found = await list_messages(
            session,
            states=(state,) if state else (),
            channel=channel or None,
            kind=kind or None,
            limit=PAGE_ROWS + 1,
            after=after,
        )
    shown, here = found[:PAGE_ROWS], {"channel": channel, "state": state, "kind": kind}
    more = len(found) > PAGE_ROWS
    return render(
        request,
        "messages.html",
        operator=operator,
        messages=shown,
        masked=masked,
        states=STATES,
        channels=CHANNELS,
        chosen=here,
        first_url=url("/ops/messages", **here) if after else "",
        more_url=url("/ops/messages", **here, after=cursor(shown[-1])) if more else "",
    )


@router.get("/ops/messages/{message_id:uuid}")
async def show_message(request: Request, message_id: UUID, operator: Reads) -> Response:
    """One message with every try at sending it."""
    async with database_of(request).transaction() as session:
        found = await get_message(session, message_id=message_id)
    return render(request, "message.html", operator=operator, message=found, masked=masked)
