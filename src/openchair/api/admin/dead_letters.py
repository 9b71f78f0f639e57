"""`/api/admin/dlq/…`: the runbooks' two lines for dead letters, and how they came along.

Asking twice does nothing twice: a letter that is out, or that a redrive has, is not taken again.
"""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from openchair.api.admin import shapes
from openchair.api.admin.curl_route import CurlRoute
from openchair.api.answers import answer
from openchair.api.bearer import Bearer, require_role
from openchair.api.v1 import fields
from openchair.api.v1.described import BODY, Failure, answers
from openchair.api.v1.door import database_of
from openchair.notifications.dead_letters.filters import Filter
from openchair.notifications.dead_letters.let_out import Redriven
from openchair.notifications.dead_letters.queries import get_redrive
from openchair.operations.messages.dead_letters import redrive_all, redrive_batch
from openchair.operations.messages.redrive_next import what_next

FOLDERS = ("/api/admin/dlq", "/.netlify/functions/admin/dlq")
TOKEN: tuple[Failure, ...] = (
    (401, "There is no token, or it does not hold (any more)."),
    (403, "The token's role is not `operator`."),
)
NO_REDRIVE: Failure = (404, "There is no such redrive.")
NEEDS_TOKEN: dict[str, Any] = {"security": [{"token": []}]}

router = APIRouter(route_class=CurlRoute, tags=["Operation"])


def operator(request: Request) -> Bearer:
    """Whoever runs this installation."""
    return require_role(request, "operator")


Operator = Annotated[Bearer, Depends(operator)]
RedriveId = Annotated[fields.Uuid, Path(description="As `retry-all` answered it.")]


async def retry_all(request: Request, bearer: Operator) -> Response:
    """Send all dead letters again that can be. One goes first; when it has arrived the others
    follow at a limited rate, and that stops by itself when they fail again. What a redrive has
    already is counted as skipped.
    """
    async with database_of(request).transaction() as session:
        redrive, outcome = await redrive_all(
            session, meant=Filter(), by=bearer.actor, named=bearer.named
        )
    return answer(
        {
            **_told(outcome),
            "redrive_id": redrive.id if redrive else None,
            "rate_per_minute": redrive.rate_per_minute if redrive else None,
            "next": what_next(redrive) if redrive else (),
        }
    )


async def process(request: Request, body: shapes.ProcessRequest, bearer: Operator) -> Response:
    """Send the oldest dead letters of these causes again at once, at most `batch_size`. Fix the
    cause first: what fails again comes back with one failure more, and keeps its age.
    """
    async with database_of(request).transaction() as session:
        outcome = await redrive_batch(
            session,
            meant=Filter(failure_types=tuple(body.failure_types)),
            limit=body.batch_size,
            by=bearer.actor,
            named=bearer.named,
        )
    return answer(_told(outcome))


async def show_redrive(request: Request, redrive_id: RedriveId, _: Operator) -> Response:
    """How far a redrive has come, why it stopped, and what to do then."""
    async with database_of(request).transaction() as session:
        found = await get_redrive(session, redrive_id=redrive_id)
    return answer(
        {
            "redrive_id": found.id,
            "state": found.state,
            "total": found.total,
            "sent": found.sent,
            "failed": found.failed,
            "ended_otherwise": found.ended_otherwise,
            "rate_per_minute": found.rate_per_minute,
            "stopped_reason": found.stopped_reason,
            "next": what_next(found),
        }
    )


def _told(outcome: Redriven) -> dict[str, Any]:
    return {**asdict(outcome), "skipped": outcome.skipped}


for folder in FOLDERS:
    documented = folder == FOLDERS[0]
    router.add_api_route(
        f"{folder}/retry-all",
        retry_all,
        methods=["POST"],
        operation_id="retryAllDeadLetters" if documented else None,
        summary="Send all dead letters again",
        responses=answers(200, shapes.RetriedAll, *TOKEN),
        openapi_extra=NEEDS_TOKEN,
        include_in_schema=documented,
    )
    router.add_api_route(
        f"{folder}/process",
        process,
        methods=["POST"],
        operation_id="processDeadLetters" if documented else None,
        summary="Send some dead letters again",
        responses=answers(200, shapes.Processed, *TOKEN, *BODY),
        openapi_extra=NEEDS_TOKEN,
        include_in_schema=documented,
    )
    router.add_api_route(
        f"{folder}/redrives/{{redrive_id}}",
        show_redrive,
        methods=["GET"],
        operation_id="showRedrive" if documented else None,
        summary="How far a redrive has come",
        responses=answers(200, shapes.RedriveState, *TOKEN, NO_REDRIVE),
        openapi_extra=NEEDS_TOKEN,
        include_in_schema=documented,
    )
