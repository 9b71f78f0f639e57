"""Where the salon's own software is told what happens: endpoints, what went there, every try.

Only reads; making and changing endpoints is in `webhook_acts.py`.
"""

from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.pages import render
from openchair.web.console.webhooks_view import (
    notice,
    view_attempts,
    view_endpoint,
    view_message,
)
from openchair.webhooks.outgoing.queries import (
    get_endpoint,
    get_message,
    list_attempts,
    list_endpoints,
    list_messages,
)

PAGE = 25
router = APIRouter()


@router.get("/console/{salon}/webhooks")
async def show_endpoints(
    request: Request, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """All endpoints of the salon."""
    async with database_of(request).transaction() as session:
        found = await list_endpoints(session, salon_id=desk.salon.id)
    return render(
        "webhooks/endpoints.html",
        words=desk.words,
        desk=desk,
        endpoints=[view_endpoint(desk, each) for each in found],
        notice=notice(desk, request.query_params.get("did", "")),
    )


@router.get("/console/{salon}/webhooks/{endpoint:uuid}")
async def show_endpoint(
    request: Request, endpoint: UUID, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """One endpoint and what went there, a page at a time, the newest first."""
    before = None
    with suppress(ValueError):
        before = UUID(request.query_params.get("before", ""))
    async with database_of(request).transaction() as session:
        found = await get_endpoint(session, endpoint_id=endpoint, salon_id=desk.salon.id)
        messages = await list_messages(
            session,
            salon_id=desk.salon.id,
            endpoint_id=endpoint,
            before=before,
            limit=PAGE + 1,
        )
    shown = messages[:PAGE]
    here = f"/webhooks/{endpoint}"
    more = desk.url(here, before=str(shown[-1].id)) if len(messages) > PAGE else ""
    return render(
        "webhooks/endpoint.html",
        words=desk.words,
        desk=desk,
        endpoint=view_endpoint(desk, found),
        messages=[view_message(desk, each) for each in shown],
        more_url=more,
        first_url=desk.url(here) if before else "",
        notice=notice(desk, request.query_params.get("did", "")),
    )


@router.get("/console/{salon}/webhooks/sent/{delivery:uuid}")
async def show_delivery(
    request: Request, delivery: UUID, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """One message with every try and what was answered."""
    async with database_of(request).transaction() as session:
        message = await get_message(session, message_id=delivery, salon_id=desk.salon.id)
        found = await get_endpoint(session, endpoint_id=message.endpoint_id, salon_id=desk.salon.id)
        attempts = await list_attempts(session, salon_id=desk.salon.id, message_id=delivery)
    return render(
        "webhooks/message.html",
        words=desk.words,
        desk=desk,
        endpoint=view_endpoint(desk, found),
        message=view_message(desk, message),
        attempts=view_attempts(desk, attempts),
        notice=notice(desk, request.query_params.get("did", "")),
    )
