"""`POST /api/vitals`: how a page felt, from browsers whose visitor agreed (`scripts/vitals.js`).

Cheap, bounded and counted here: it asks no database. Whoever signals privacy is not counted.
"""

from time import monotonic

from fastapi import APIRouter, FastAPI, Request
from pydantic import Field
from starlette.responses import Response

from openchair.api.strict_route import StrictRoute
from openchair.api.v1 import fields
from openchair.api.v1.described import BODY, LIMITED, Failure, answers
from openchair.operations.metrics.vitals import Name, PageKind, Rating, Vital, count_vitals
from openchair.platform.edge.address_limits import LocalLimit
from openchair.platform.edge.client_address import address_of, limit_key
from openchair.platform.errors import Forbidden
from openchair.platform.settings.base import load
from openchair.platform.settings.limits import LimitSettings

PATH = "/api/vitals"
MOST_MS = 600_000
PRIVATE = "1"
ELSEWHERE: Failure = (403, "A page of another site sent it.")

router = APIRouter(route_class=StrictRoute, tags=["Operation"])


class Measured(fields.Request):
    """One of the web vitals."""

    name: Name
    value: float = Field(
        strict=True, ge=0, le=MOST_MS, description="Milliseconds; of CLS its score."
    )
    rating: Rating


class VitalsRequest(fields.Request):
    """Everything that was measured of one page."""

    page: PageKind = Field(description="The kind of page, never its address.")
    vitals: list[Measured] = Field(min_length=1, max_length=10)


async def vitals(request: Request, body: VitalsRequest) -> Response:
    """Count how a page felt in a browser whose visitor agreed. Answers 204 also where
    `Sec-GPC: 1` says that nothing may be counted.
    """
    limit: LocalLimit = request.app.state.vitals_limit
    limit.take(key=limit_key(address_of(request)), now=monotonic())
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Forbidden("Only our own pages can tell how they felt.")
    if request.headers.get("sec-gpc") != PRIVATE:
        measured = [
            Vital(name=each.name, value=each.value, rating=each.rating) for each in body.vitals
        ]
        count_vitals(measured, page=body.page)
    return Response(status_code=204)


def install(app: FastAPI) -> None:
    """Give this process its limit."""
    app.state.vitals_limit = LocalLimit(limit=load(LimitSettings).limit_vitals_per_minute)


router.add_api_route(
    PATH,
    vitals,
    methods=["POST"],
    status_code=204,
    operation_id="vitals",
    summary="Web vitals",
    responses=answers(204, None, *BODY, ELSEWHERE, LIMITED, always=((422, "Not as described."),)),
)
