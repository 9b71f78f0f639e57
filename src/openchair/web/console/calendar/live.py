"""The stream that tells an open calendar to look again (server-sent events, WHATWG HTML 9.2).

It says that something changed and never what. It holds no connection of the pool, and ends with
the session, with the person's role in the salon, and with the process.
"""

from collections.abc import AsyncIterator
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from openchair.identity.accounts.queries import list_memberships
from openchair.identity.sessions.queries import find_session
from openchair.platform.clock import utc_now
from openchair.platform.errors import Unavailable
from openchair.platform.live.listen import Listener
from openchair.platform.metrics.requests import streams
from openchair.web.console.door import Desk, May, database_of
from openchair.web.cookies import read_token

LOOK_EVERY_SECONDS = 15.0
RETRY_MILLISECONDS = 2000
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
router = APIRouter()


@router.get("/console/{salon}/calendar/live")
async def stay_live(request: Request, desk: Annotated[Desk, Depends(May("day.read"))]) -> Response:
    """`changed` at once when it listens, and then for every change of the salon."""
    live: Listener = request.app.state.live
    live.require_room()
    streams(request.scope)
    return StreamingResponse(
        _events(request, desk, live), media_type="text/event-stream", headers=HEADERS
    )


async def _events(request: Request, desk: Desk, live: Listener) -> AsyncIterator[bytes]:
    yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
    async with live.subscribe(desk.salon.id) as stream:
        while True:
            changed = await stream.wait(LOOK_EVERY_SECONDS)
            if stream.ended or not await _may_look(request, desk):
                return
            yield _changed() if changed else b": here\n\n"


def _changed() -> bytes:
    data = orjson.dumps({"at": utc_now()}).decode()
    return f"event: changed\ndata: {data}\n\n".encode()


async def _may_look(request: Request, desk: Desk) -> bool:
    """Whether the session is open and its person of the salon still. While the database is away
    nobody can tell: then nothing has changed either, and the stream waits.
    """
    token = read_token(request)
    if not token:
        return False
    try:
        async with database_of(request).transaction() as session:
            found = await find_session(session, token=token, now=utc_now())
            if found is None:
                return False
            theirs = await list_memberships(session, user_id=found.user_id)
    except Unavailable:
        return True
    return any(
        each.salon_id == desk.salon.id and each.role == desk.membership.role for each in theirs
    )
