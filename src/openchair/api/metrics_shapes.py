"""What `/api/metrics` answers as JSON, for the OpenAPI document."""

from datetime import datetime
from typing import Any

from pydantic import Field

from openchair.api.v1.responses import Answer

Part = dict[str, Any] | None


class System(Answer):
    """The processes of this machine, and what the probes measured last."""

    processes: list[dict[str, Any]]
    measures: dict[str, float] = Field(examples=[{"response-time": 84.2, "queue-age": 0.4}])


class Requests(Answer):
    """Requests since the processes began, and of the last minute."""

    total: int
    in_flight: int
    by_route: list[dict[str, Any]] = Field(description="The 50 busiest, by class of status.")
    per_second: float | None
    response_time_p95_ms: float | None
    loop_lag_p95_ms: float | None


class Errors(Answer):
    """What failed since the processes began; `rate_percent` is of the last minute."""

    answers_5xx: int
    rate_percent: float | None
    defects: list[dict[str, Any]]


class Metrics(Answer):
    """All figures. A part that could not be had is null, and `missing` says why."""

    version: str
    timestamp: datetime
    correlation_id: str
    system: System
    requests: Requests
    errors: Errors
    alerts: Part
    queue: Part
    dlq: Part
    budget: Part
    traffic: Part
    thresholds: dict[str, dict[str, Any]]
    missing: dict[str, str]
