"""The probe `traffic`: what the web processes did in the last minute, from the time series."""

from datetime import datetime, timedelta
from typing import Any

import orjson

from openchair.operations.metrics.rules import Stored, traffic_measures
from openchair.platform.clock import utc_now
from openchair.platform.metrics.catalogue import (
    HTTP_DURATION,
    HTTP_REQUESTS,
    LOOP_LAG,
    MEMORY,
)
from openchair.platform.probes import Finding, ProbeContext, State, graded, probe, worst
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings

NAMES = (HTTP_REQUESTS.name, HTTP_DURATION.name, LOOP_LAG.name, MEMORY.name)
MOST_PROCESSES = 100
MOST_ROWS = 5000


@probe("traffic", every=10.0)
async def look_at_traffic(context: ProbeContext) -> Finding:
    """This minute and the one before it, of all web processes together."""
    now = utc_now()
    since = (now - timedelta(minutes=1)).replace(second=0, microsecond=0)
    row = await context.kept.fetchrow(RECENT, list(NAMES), since, MOST_ROWS)
    rows = [_stored(each) for each in orjson.loads(row["rows"])]
    return finding(rows, seconds=(now - since).total_seconds())


def finding(rows: list[Stored], *, seconds: float) -> Finding:
    """Pure. Coloured by the runbook's thresholds."""
    measures = traffic_measures(rows, seconds=seconds)
    details = {"memory-of-processes": memory_of_processes(rows), "seconds": round(seconds)}
    if "loop-lag" not in measures:
        return Finding(
            state=State.WARNING,
            message="No web process has written any figures for a minute.",
            details=details,
        )
    words = [f"{measures['requests']:.1f} requests a second"]
    if "response-time" in measures:
        words.append(f"95 of 100 answered within {measures['response-time']:.0f} ms")
    if "error-rate" in measures:
        words.append(f"{measures['error-rate']:.1f} % failed")
    return Finding(
        state=_state(measures), message=", ".join(words) + ".", details=details, measures=measures
    )


def _state(measures: dict[str, float]) -> State:
    limits = load(ThresholdSettings)
    return worst(
        [
            graded(
                measures.get("response-time", 0.0),
                warning=limits.response_time_warning_ms,
                critical=limits.response_time_critical_ms,
            ),
            graded(
                measures.get("error-rate", 0.0),
                warning=limits.error_rate_warning_percent,
                critical=limits.error_rate_critical_percent,
            ),
        ]
    )


def memory_of_processes(rows: list[Stored]) -> list[dict[str, object]]:
    """What each process had in RAM last (bytes), the largest first."""
    latest: dict[tuple[str, str], tuple[datetime, float]] = {}
    for row in rows:
        if row.name == MEMORY.name:
            key = (row.labels.get("process", ""), row.labels.get("instance", ""))
            latest[key] = max(latest.get(key, (row.at, row.last)), (row.at, row.last))
    largest = sorted(latest.items(), key=lambda each: -each[1][1])[:MOST_PROCESSES]
    return [
        {"process": process, "instance": instance, "bytes": int(size)}
        for (process, instance), (_, size) in largest
    ]


def _stored(row: dict[str, Any]) -> Stored:
    buckets, at = tuple(row.pop("buckets") or ()), datetime.fromisoformat(row.pop("at"))
    return Stored(**row, at=at, buckets=buckets)


RECENT = """
    SELECT coalesce(json_agg(found), '[]') AS rows FROM (
        SELECT name, CAST(labels AS json) AS labels, at, count, total, least, most, last, buckets
        FROM metric_points WHERE step = 60 AND at >= $2 AND name = ANY($1)
        ORDER BY at DESC LIMIT $3) AS found
"""
