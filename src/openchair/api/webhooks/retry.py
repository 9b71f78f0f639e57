"""`POST /api/webhooks/retry`: handle one stored webhook again, as the runbook's curl line does."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from openchair.api.admin.curl_route import CurlRoute
from openchair.api.admin.dead_letters import NEEDS_TOKEN, TOKEN, Operator
from openchair.api.answers import answer
from openchair.api.v1 import fields
from openchair.api.v1.described import BODY, Failure, answers
from openchair.api.v1.door import database_of
from openchair.api.v1.responses import Answer
from openchair.operations.webhooks.inbox import replay
from openchair.webhooks.replay import MOST_NAME, Replayed

NO_WEBHOOK: Failure = (404, "We have no webhook with this id.")
PATHS = ("/api/webhooks/retry", "/.netlify/functions/webhooks/retry")

router = APIRouter(route_class=CurlRoute, tags=["Operation"])


class RetryRequest(fields.Request):
    """Which webhook, and whether to repeat what is done already."""

    webhook_id: fields.Text = Field(
        min_length=1,
        max_length=MOST_NAME,
        description="Our id, or the id that the service gave its event.",
        examples=["webhook_123"],
    )
    force: bool = Field(
        default=False, strict=True, description="Also when it was processed or ignored."
    )


class Retried(Answer):
    """What became of it."""

    webhook_id: UUID
    source: str = Field(description="The service it came from.", examples=["email"])
    event_type: str = Field(examples=["email.bounced"])
    status: Literal["received", "processing", "processed", "ignored"] = Field(
        description="The state it is in now."
    )
    queued: bool = Field(description="Whether this very call set it going again.")
    message: str = Field(description="The same as a sentence.")


async def retry(request: Request, body: RetryRequest, bearer: Operator) -> Response:
    """Handle one stored webhook again, with all its tries. One that waits stays as it is; so does
    one that is processed or ignored, unless `force`.
    """
    async with database_of(request).transaction() as session:
        done = await replay(
            session, name=body.webhook_id, force=body.force, by=bearer.actor, named=bearer.named
        )
    return answer(_told(done))


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
    documented = path == PATHS[0]
    router.add_api_route(
        path,
        retry,
        methods=["POST"],
        operation_id="retryWebhook" if documented else None,
        summary="Handle a webhook again",
        responses=answers(200, Retried, *TOKEN, *BODY, NO_WEBHOOK),
        openapi_extra=NEEDS_TOKEN,
        include_in_schema=documented,
    )
