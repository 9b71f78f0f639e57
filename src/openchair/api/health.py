"""Whether this process lives, and what its prober found last: no I/O, so that it answers while
every dependency hangs. Always 200 (or 429): who lives says so, whatever it depends on.

Answers the runbooks' own form, or `application/health+json` (draft-inadarei-api-health-check-06).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from time import monotonic
from typing import Any

import psutil
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response

from openchair.api import health_shapes as shapes
from openchair.api.answers import answer
from openchair.api.v1.described import LIMITED, answers
from openchair.operations.health.checks import DRAFT, checks, draft_checks
from openchair.operations.health.prober import Prober
from openchair.platform import correlation
from openchair.platform.clock import utc_now
from openchair.platform.edge.address_limits import LocalLimit
from openchair.platform.edge.client_address import address_of, limit_key
from openchair.platform.probes import Reading, worst
from openchair.platform.settings.base import load
from openchair.platform.settings.limits import LimitSettings

PATHS = ("/api/health", "/api/health-check", "/.netlify/functions/health")
HEALTH_JSON = "application/health+json"
SERVICE = "openchair"
VERSION = version(SERVICE)
_process = psutil.Process()
_began = monotonic()

router = APIRouter(tags=["Operation"])


async def health(request: Request) -> Response:
    """Status, version, uptime in seconds and memory of the process that answers; and, with its
    age, the last look at everything it depends on.
    """
    limit: LocalLimit = request.app.state.health_limit
    limit.take(key=limit_key(address_of(request)), now=monotonic())
    prober: Prober = request.app.state.prober
    known = [each for each in prober.latest.values() if prober.probes[each.name].public]
    if HEALTH_JSON in request.headers.get("accept", ""):
        return answer(_draft(known), media_type=HEALTH_JSON)
    return answer(_plain(known))


def install(app: FastAPI) -> None:
    """Give this process its limit; the endpoint counts by itself, for it may not ask PostgreSQL."""
    app.state.health_limit = LocalLimit(limit=load(LimitSettings).limit_health_per_minute)


def _plain(known: Sequence[Reading]) -> dict[str, Any]:
    return {
        "status": worst(each.state for each in known).value,
        "version": VERSION,
        "uptime": _uptime(),
        "memory": {
            "resident_bytes": _resident(),
            "share_percent": round(_process.memory_percent(), 1),
        },
        "checks": checks(known, now=_now()),
        "timestamp": _now(),
        "correlation_id": correlation.current(),
    }


def _draft(known: Sequence[Reading]) -> dict[str, Any]:
    return {
        "status": DRAFT[worst(each.state for each in known)],
        "version": VERSION.partition(".")[0],
        "releaseId": VERSION,
        "serviceId": SERVICE,
        "checks": {
            "uptime": [
                {
                    "componentType": "system",
                    "observedValue": _uptime(),
                    "observedUnit": "s",
                    "status": "pass",
                    "time": _now(),
                }
            ],
            "memory:utilization": [
                {
                    "componentType": "system",
                    "observedValue": _resident(),
                    "observedUnit": "bytes",
                    "status": "pass",
                    "time": _now(),
                }
            ],
            **draft_checks(known, now=_now()),
        },
        "notes": [f"correlation id {correlation.current()}"],
    }


def _uptime() -> float:
    return round(monotonic() - _began, 3)


def _resident() -> int:
    return int(_process.memory_info().rss)


def _now() -> datetime:
    return utc_now().astimezone(UTC)


for name, path in zip(("health", "healthCheck", "healthFunction"), PATHS, strict=True):
    router.add_api_route(
        path,
        health,
        methods=["GET"],
        operation_id=name,
        summary="Health" if path == PATHS[0] else "Health, by its other name",
        responses=answers(200, shapes.Health, LIMITED, always=()),
        include_in_schema=path in PATHS[:2],
    )
