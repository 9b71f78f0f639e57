"""What `/api/metrics` says as JSON, out of what was counted and measured. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from openchair.operations.alerts.statistics import AlertStatistics
from openchair.platform.metrics import catalogue, figures
from openchair.platform.metrics.figures import Figure
from openchair.platform.metrics.snapshots import Counted, Snapshot
from openchair.platform.probes import Reading
from openchair.platform.settings.thresholds import ThresholdSettings

MOST_ROUTES = 50
MEASURES = {
    "response-time": ("response_time", "ms"),
    "error-rate": ("error_rate", "%"),
    "database-connections": ("connections", "%"),
    "storage": ("storage", "%"),
    "dead-letters": ("dead_letters", ""),
    "budget": ("budget", "%"),
    "memory": ("memory", "%"),
    "failed-webhooks": ("failed_webhooks", ""),
    "smtp-queue": ("smtp_queue", ""),
}
"""Measures with a threshold: how their settings begin, and the unit."""


def measures_of(readings: Iterable[Reading]) -> dict[str, float]:
    """All measures of all probes by name."""
    return {name: value for each in readings for name, value in each.measures.items()}


def thresholds(settings: ThresholdSettings) -> dict[str, dict[str, Any]]:
    """By measure: warning and critical above these, in the unit."""
    values = settings.model_dump()
    found: dict[str, dict[str, Any]] = {}
    for measure, (prefix, unit) in MEASURES.items():
        levels = {
            level: value
            for name, value in values.items()
            for level in ("warning", "critical")
            if name.startswith(f"{prefix}_{level}")
        }
        found[measure] = {**levels, "unit": unit}
    return found


def system(snapshots: Sequence[Snapshot], measures: Mapping[str, float]) -> dict[str, Any]:
    """Every process of this machine, and what the probes measured of all."""
    processes = [
        {
            "process": each.process,
            "instance": each.instance,
            "resident_bytes": int(_one(each, catalogue.MEMORY.name)),
            "cpu_seconds": round(_one(each, catalogue.CPU.name), 2),
            "open_files": int(_one(each, catalogue.OPEN_FILES.name)),
            "pool_in_use": int(_one(each, catalogue.POOL_IN_USE.name)),
            "pool_size": int(_one(each, catalogue.POOL_SIZE.name)),
        }
        for each in snapshots
    ]
    return {"processes": processes, "measures": dict(sorted(measures.items()))}


def requests(snapshots: Sequence[Snapshot], measures: Mapping[str, float]) -> dict[str, Any]:
    """Since the processes began; the last three are of the last minute, None when nobody asked."""
    by_route: dict[str, dict[str, int]] = {}
    for (_, route, status), child in _counted(snapshots, catalogue.HTTP_REQUESTS.name):
        row = by_route.setdefault(route, {})
        row[status] = row.get(status, 0) + int(child.value)
    busiest = sorted(by_route.items(), key=lambda each: (-sum(each[1].values()), each[0]))
    return {
        "total": sum(sum(row.values()) for row in by_route.values()),
        "in_flight": int(
            sum(each.value for _, each in _counted(snapshots, catalogue.HTTP_IN_FLIGHT.name))
        ),
        "by_route": [{"route": route, **row} for route, row in busiest[:MOST_ROUTES]],
        "per_second": measures.get("requests"),
        "response_time_p95_ms": measures.get("response-time"),
        "loop_lag_p95_ms": measures.get("loop-lag"),
    }


def errors(snapshots: Sequence[Snapshot], measures: Mapping[str, float]) -> dict[str, Any]:
    """Answers with 5xx and defects since the processes began; the rate is of the last minute, None
    when too few asked.
    """
    failed = sum(
        child.value
        for labels, child in _counted(snapshots, catalogue.HTTP_REQUESTS.name)
        if labels[-1] == "5xx"
    )
    defects = [
        {"where": where, "kind": kind, "count": int(child.value)}
        for (where, kind), child in _counted(snapshots, catalogue.ERRORS.name)
    ]
    return {
        "answers_5xx": int(failed),
        "rate_percent": measures.get("error-rate"),
        "defects": defects,
    }


def part(reading: Reading | None) -> dict[str, Any] | None:
    """What one probe found; None when it was not heard."""
    if reading is None:
        return None
    return {"status": reading.state.value, "message": reading.message, **reading.details}


def house_figures(
    *,
    measures: Mapping[str, float],
    limits: Mapping[str, Mapping[str, Any]],
    alerts: AlertStatistics | None,
    missing: Mapping[str, str],
) -> Iterator[Figure]:
    """The same for Prometheus."""
    for name, value in sorted(measures.items()):
        yield Figure(name=figures.MEASURE, value=value, labels={"name": name})
    for measure, levels in limits.items():
        for level in ("warning", "critical"):
            labels = {"measure": measure, "level": level}
            yield Figure(name=figures.THRESHOLD, value=float(levels[level]), labels=labels)
    if alerts is not None:
        for status, by_severity in alerts.open.items():
            for severity, count in by_severity.items():
                labels = {"status": status, "severity": severity}
                yield Figure(name=figures.ALERTS_OPEN, value=count, labels=labels)
        for outcome, count in alerts.attempts_24h.items():
            yield Figure(name=figures.ALERT_ATTEMPTS, value=count, labels={"outcome": outcome})
    for name in missing:
        yield Figure(name=figures.MISSING, value=1, labels={"part": name})


def alert_part(found: AlertStatistics | None) -> dict[str, Any] | None:
    """The statistics as they are."""
    return asdict(found) if found is not None else None


def _counted(snapshots: Sequence[Snapshot], name: str) -> Iterator[tuple[tuple[str, ...], Counted]]:
    for each in snapshots:
        for child in each.metrics.get(name, ()):
            yield child.labels, child


def _one(snapshot: Snapshot, name: str) -> float:
    children = snapshot.metrics.get(name, ())
    return children[0].value if children else 0.0
