"""`POST /api/webhooks/retry`: handle one stored webhook again, as the runbook's curl line does."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from openchair.api.answers import answer
from openchair.api.bearer import Bearer, require_role
from openchair.api.strict_route import StrictRoute
from openchair.api.v1 import fields
from openchair.api.v1.door import database_of
from openchair.identity.audit.record import record
from openchair.webhooks.replay import MOST_NAME, Replayed, replay

PATHS = ("/api/webhooks/retry", "/.netlify/functions/webhooks/retry")

router = APIRouter(route_class=StrictRoute)


class RetryRequest(fields.Request):
    """`webhook_id` is our id or the service's; `force` repeats what is done already."""

    webhook_id: fields.Text = Field(min_length=1, max_length=MOST_NAME)
    force: bool = False


def operator(request: Request) -> Bearer:
    """Whoever runs this installation."""
    return require_role(request, "operator")


async def retry(
    request: Request, body: RetryRequest, bearer: Annotated[Bearer, Depends(operator)]
) -> Response:
    """Set it going again; what is done already stays done unless `force`."""
    async with database_of(request).transaction() as session:
        done = await replay(session, name=body.webhook_id, force=body.force)
        if done.queued:
            await record(
                session,
                actor=bearer.actor,
                action="webhook.replay",
                resource_type="webhook_event",
                resource_id=done.id,
                salon_id=None,
                metadata={**bearer.named, "before": done.before, "force": body.force},
            )
    return answer(_told(done), status=202 if done.queued else 200)


def _told(done: Replayed) -> dict[str, object]:
    return {
        "webhook_id": done.id,
        "source": done.source,
        "event_type": done.event_type,
        "status": done.status,
        "queued": done.queued,
        "message": _sentence(done),
    }


def _sentence(done: Replayed) -> str:
    if done.queued:
        return "It is handled again in a moment."
    if done.before in {"processed", "ignored"}:
        return f"It is {done.before} already; nothing was changed. With force it is repeated."
    return "It waits or is being handled already; nothing was changed."


for path in PATHS:
    router.add_api_route(path, retry, methods=["POST"], include_in_schema=False)
