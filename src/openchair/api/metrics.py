"""`GET /api/metrics`: figures of this house as JSON, or as text for Prometheus and its like.

For tokens of operators and monitors, and for this machine itself. What the processes counted is
there without the database too; `missing` says what is not.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from openchair.api import metrics_answer as parts
from openchair.api import metrics_shapes as shapes
from openchair.api.answers import NOT_STORED, answer
from openchair.api.bearer import require_role
from openchair.api.health import VERSION
from openchair.api.ready import ROLES, TOKEN, is_from_here
from openchair.api.strict_route import StrictRoute
from openchair.api.v1.described import LIMITED, answers
from openchair.operations.alerts.statistics import AlertStatistics, alert_statistics
from openchair.operations.health.prober import Prober
from openchair.platform import correlation
from openchair.platform.clock import utc_now
from openchair.platform.db.kept import DatabaseSilent
from openchair.platform.metrics.exposition import exposition
from openchair.platform.metrics.process import INSTANCE, look_at_process
from openchair.platform.metrics.snapshots import FOLDER, Snapshot, read_snapshots, snapshot
from openchair.platform.probes import Reading
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.platform.settings.thresholds import ThresholdSettings

PATHS = ("/api/metrics", "/.netlify/functions/metrics")
FRESH_SECONDS = 30.0
PATIENCE_SECONDS = 1.5
OPEN_METRICS = "application/openmetrics-text"
PLAIN = "text/plain"
PARTS = ("queue", "dlq", "budget", "traffic")
UNHEARD = "kind"
"""What the prober puts into the details of a look that could not be had."""

router = APIRouter(route_class=StrictRoute, tags=["Operation"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gathered:
    snapshots: Sequence[Snapshot]
    readings: Mapping[str, Reading]
    alerts: AlertStatistics | None
    missing: Mapping[str, str]


Format = Annotated[
    Literal["json", "prometheus"] | None, Query(description="Stronger than `Accept`.")
]


async def metrics(
    request: Request,
    format: Format = None,  # noqa: A002 -- the parameter's name in the runbook
) -> Response:
    """System, requests, errors, alerts, queue, dead letters, budget and the thresholds. JSON, or
    Prometheus text by `Accept: text/plain` (or OpenMetrics) or `?format=prometheus`. Callers on
    this machine need no token.
    """
    if not is_from_here(request):
        require_role(request, *ROLES)
    gathered = await _gather(request.app.state.prober)
    accepted = request.headers.get("accept", "")
    if format == "prometheus" or (
        format is None and (OPEN_METRICS in accepted or PLAIN in accepted)
    ):
        return _text(gathered, open_metrics=format is None and OPEN_METRICS in accepted)
    return _json(gathered)


async def _gather(prober: Prober) -> _Gathered:
    readings, (alerts, why) = await asyncio.gather(
        prober.fresh(seconds=FRESH_SECONDS, within=PATIENCE_SECONDS), _alerts(prober)
    )
    known = {name: each for name, each in readings.items() if UNHEARD not in each.details}
    missing = {
        name: readings[name].message if name in readings else "No look at it has ended yet."
        for name in PARTS
        if name not in known
    }
    missing |= {"alerts": why} if why else {}
    return _Gathered(snapshots=_snapshots(), readings=known, alerts=alerts, missing=missing)


async def _alerts(prober: Prober) -> tuple[AlertStatistics | None, str | None]:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await alert_statistics(prober.kept), None
    except DatabaseSilent as silent:
        return None, silent.message
    except TimeoutError:
        return None, "The database does not answer."


def _snapshots() -> list[Snapshot]:
    """This process as it is now, the others of this machine as they last said."""
    now = utc_now()
    look_at_process()
    folder = load(InstallationSettings).home / FOLDER
    others = [each for each in read_snapshots(folder, now=now) if each.instance != INSTANCE]
    return [snapshot(process="web", now=now), *others]


def _text(gathered: _Gathered, *, open_metrics: bool) -> Response:
    figures = parts.house_figures(
        measures=parts.measures_of(gathered.readings.values()),
        limits=parts.thresholds(load(ThresholdSettings)),
        alerts=gathered.alerts,
        missing=gathered.missing,
    )
    text, media_type = exposition(
        gathered.snapshots, figures=list(figures), open_metrics=open_metrics
    )
    return Response(text, headers={"Content-Type": media_type, "Cache-Control": NOT_STORED})


def _json(gathered: _Gathered) -> Response:
    measures = parts.measures_of(gathered.readings.values())
    return answer(
        {
            "version": VERSION,
            "timestamp": utc_now(),
            "correlation_id": correlation.current(),
            "system": parts.system(gathered.snapshots, measures),
            "requests": parts.requests(gathered.snapshots, measures),
            "errors": parts.errors(gathered.snapshots, measures),
            "alerts": parts.alert_part(gathered.alerts),
            **{name: parts.part(gathered.readings.get(name)) for name in PARTS},
            "thresholds": parts.thresholds(load(ThresholdSettings)),
            "missing": gathered.missing,
        }
    )


_answers = answers(200, shapes.Metrics, *TOKEN, LIMITED, always=((422, "No such format."),))
_answers[200]["content"] = {PLAIN: {"schema": {"type": "string"}}}
for path in PATHS:
    router.add_api_route(
        path,
        metrics,
        methods=["GET"],
        operation_id="metrics" if path == PATHS[0] else None,
        summary="Metrics",
        responses=_answers,
        openapi_extra={"security": [{}, {"token": []}]},
        include_in_schema=path == PATHS[0],
    )
