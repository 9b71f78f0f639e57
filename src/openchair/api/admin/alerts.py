"""`POST /api/test-alert`, `GET /api/alerts` and `POST /api/heartbeat/{name}`: whether alerts reach
somebody, what is wrong now, and the dead man's switch for others' machines.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from openchair.api.admin import alert_shapes as shapes
from openchair.api.admin.curl_route import CurlRoute
from openchair.api.admin.dead_letters import NEEDS_TOKEN
from openchair.api.answers import answer
from openchair.api.bearer import Bearer, require_role
from openchair.api.v1.described import BODY, Failure, answers
from openchair.api.v1.door import database_of
from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.heartbeats import beat
from openchair.operations.alerts.names import LONGEST
from openchair.operations.alerts.notice import Attempt
from openchair.operations.alerts.queries import last_id, list_alerts
from openchair.operations.alerts.severity import read_severity
from openchair.operations.alerts.trial import Tested, keep_test, send_test
from openchair.platform.clock import utc_now
from openchair.platform.errors import Unavailable
from openchair.platform.logging.setup import logger
from openchair.platform.rate_limits.take import take
from openchair.platform.settings.base import load
from openchair.platform.settings.limits import LimitSettings

TEST_PATHS = ("/api/test-alert", "/.netlify/functions/test-alert")
ATTEMPT = (*("channel", "target", "outcome", "instead_of", "status_code", "error", "duration_ms"),)
ALERT = tuple(shapes.AlertAnswer.model_fields)
TOKEN: tuple[Failure, ...] = (
    (401, "There is no token, or it does not hold (any more)."),
    (403, "The token's role is neither `operator` nor `monitor`."),
)
NOT_EXPECTED: Failure = (404, "Nobody expects a heartbeat of this name.")

router = APIRouter(route_class=CurlRoute, tags=["Operation"])
log = logger(__name__)


def watching(request: Request) -> Bearer:
    """Whoever runs or watches this installation."""
    return require_role(request, "operator", "monitor")


Watching = Annotated[Bearer, Depends(watching)]
Name = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$",
        max_length=LONGEST,
        description="As it was declared by `openchair alerts heartbeats declare`.",
        examples=["nightly-backup"],
    ),
]


async def test_alert(request: Request, body: shapes.TestAlertRequest, bearer: Watching) -> Response:
    """Send a marked test to everybody whom an alert of this severity reaches, at once and directly,
    and answer what came of each attempt. Ten a minute.
    """
    severity = read_severity(body.severity)
    await _count(request)
    tested = await send_test(severity=severity, now=utc_now())
    await _keep(request, tested, bearer=bearer)
    return answer(
        {
            "notice_id": tested.notice.id,
            "severity": severity,
            "delivered": tested.has_arrived,
            "attempts": [_attempt(each) for each in tested.attempts],
        }
    )


@router.get(
    "/api/alerts",
    operation_id="listAlerts",
    summary="List alerts",
    responses=answers(200, shapes.Alerts, *TOKEN),
    openapi_extra=NEEDS_TOKEN,
)
async def alerts(
    request: Request, query: Annotated[shapes.AlertsQuery, Query()], _: Watching
) -> Response:
    """What is wrong now, what was, and what storms held back: the newest first, page by page."""
    async with database_of(request).transaction() as session:
        found = await list_alerts(
            session,
            which=query.status,
            name=query.name,
            severity=query.severity,
            component=query.component,
            before=query.before,
            limit=query.limit,
        )
    return answer(
        {
            "alerts": [_alert(each) for each in found],
            "next": last_id(found, limit=query.limit),
        }
    )


@router.post(
    "/api/heartbeat/{name}",
    operation_id="hearHeartbeat",
    summary="Say that something lives",
    responses=answers(200, shapes.Heard, *TOKEN, NOT_EXPECTED),
    openapi_extra=NEEDS_TOKEN,
)
async def heartbeat(request: Request, name: Name, _: Watching) -> Response:
    """Sent by something that has to be heard from regularly, such as a backup when it is done. When
    it falls silent, `HeartbeatMissing` tells people.
    """
    async with database_of(request).transaction() as session:
        heard = await beat(session, name=name)
    return answer({"name": heard.name, "heard_at": heard.heard_at, "due_at": heard.due_at})


async def _count(request: Request) -> None:
    """Raises `TooMany`. Without the database nothing counts: a test has to work then above all."""
    try:
        async with database_of(request).transaction() as session:
            await take(
                session,
                key="test-alert",
                limit=load(LimitSettings).limit_test_alerts_per_minute,
                per_seconds=60,
            )
    except Unavailable:
        log.warning("a test alert is not counted: the database is away")


async def _keep(request: Request, tested: Tested, *, bearer: Bearer) -> None:
    try:
        async with database_of(request).transaction() as session:
            await keep_test(session, tested, by=bearer.actor, named=bearer.named)
    except Unavailable:
        log.warning("a test alert is not written down: the database is away")


def _attempt(attempt: Attempt) -> dict[str, object]:
    return {name: getattr(attempt, name) for name in ATTEMPT}


def _alert(alert: Alert) -> dict[str, object]:
    return {name: getattr(alert, name) for name in ALERT}


for path in TEST_PATHS:
    documented = path == TEST_PATHS[0]
    router.add_api_route(
        path,
        test_alert,
        methods=["POST"],
        operation_id="testAlert" if documented else None,
        summary="Test whether alerts arrive",
        responses=answers(200, shapes.TestAlert, *TOKEN, *BODY),
        openapi_extra=NEEDS_TOKEN,
        include_in_schema=documented,
    )
