"""Whether this process can do its work: `/api/ready`, for load balancers and operators.

Answers within three seconds whatever hangs: from the prober's last readings, or from one round of
looks that callers share. For tokens of operators and monitors, and for this machine itself.
"""

from ipaddress import ip_address
from time import monotonic

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response

from openchair.api import health_shapes as shapes
from openchair.api.answers import answer
from openchair.api.bearer import require_role
from openchair.api.health import VERSION
from openchair.api.v1.described import LIMITED, Failure, answers
from openchair.operations.health.checks import checks
from openchair.operations.health.prober import Prober
from openchair.operations.health.readiness import find_readiness, overall
from openchair.platform import correlation
from openchair.platform.clock import utc_now
from openchair.platform.edge.address_limits import LocalLimit
from openchair.platform.edge.client_address import address_of, limit_key
from openchair.platform.settings.base import load
from openchair.platform.settings.limits import LimitSettings

PATHS = ("/api/ready", "/.netlify/functions/ready")
ROLES = ("operator", "monitor")
PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip")
TOKEN: tuple[Failure, ...] = (
    (401, "There is no token, or it does not hold (any more)."),
    (403, "The token's role is neither `operator` nor `monitor`."),
)

router = APIRouter(tags=["Operation"])


async def ready(request: Request) -> Response:
    """Database, SMTP, SMS, storage, queue, dead letters and budget. 503 only when nothing works
    without what is in error. Callers on this machine need no token.
    """
    began = monotonic()
    limit: LocalLimit = request.app.state.ready_limit
    limit.take(key=limit_key(address_of(request)), now=began)
    if not is_from_here(request):
        require_role(request, *ROLES)
    prober: Prober = request.app.state.prober
    readings = await find_readiness(prober)
    found = overall(readings, probes=prober.probes)
    now = utc_now()
    body = {
        "status": found,
        "version": VERSION,
        "responseTime": round((monotonic() - began) * 1000, 1),
        "checks": checks(readings.values(), now=now),
        "timestamp": now,
        "correlation_id": correlation.current(),
    }
    if found == "not_ready":
        return answer(body, status=503, headers={"Retry-After": "5"})
    return answer(body)


def is_from_here(request: Request) -> bool:
    """Whether the caller is on this machine and speaks for itself: what a proxy on this machine
    passes on comes from somewhere else.
    """
    if any(name in request.headers for name in PASSED_ON):
        return False
    try:
        return ip_address(address_of(request)).is_loopback
    except ValueError:
        return False


def install(app: FastAPI) -> None:
    """Give this process its limit; like that of the health check it may not ask PostgreSQL."""
    app.state.ready_limit = LocalLimit(limit=load(LimitSettings).limit_ready_per_minute)


_answers = answers(200, shapes.Readiness, *TOKEN, LIMITED, always=())
_answers[503] = {
    "description": "Not ready: a part without which nothing works is in error.",
    "model": shapes.Readiness,
    "headers": _answers[429]["headers"],
}
for path in PATHS:
    router.add_api_route(
        path,
        ready,
        methods=["GET"],
        operation_id="ready" if path == PATHS[0] else None,
        summary="Readiness",
        responses=_answers,
        openapi_extra={"security": [{}, {"token": []}]},
        include_in_schema=path == PATHS[0],
    )
