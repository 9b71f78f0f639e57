"""How readings of the prober are answered: the runbooks' form, and the IETF draft's. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from openchair.platform.probes import Reading, State

DRAFT = {State.HEALTHY: "pass", State.WARNING: "warn", State.ERROR: "fail"}
COMPONENTS = {
    "database": "datastore",
    "storage": "datastore",
    "clock": "system",
    "memory": "system",
}


def checks(readings: Iterable[Reading], *, now: datetime) -> dict[str, Any]:
    """By name: status, message, responseTime (ms), age (seconds), when, and details."""
    return {
        each.name: {
            "status": each.state.value,
            "message": each.message,
            "responseTime": each.response_time_ms,
            "age": age(each, now=now),
            "time": each.at,
            "details": {**each.details, **each.measures},
        }
        for each in sorted(readings, key=lambda reading: reading.name)
    }


def draft_checks(readings: Iterable[Reading], *, now: datetime) -> Mapping[str, Any]:
    """The same as draft-inadarei-api-health-check-06 has it: a list of one for each."""
    return {
        f"{each.name}:responseTime": [
            {
                "componentType": COMPONENTS.get(each.name, "component"),
                "observedValue": each.response_time_ms,
                "observedUnit": "ms",
                "status": DRAFT[each.state],
                "time": each.at,
                "age": age(each, now=now),
                **({} if each.state is State.HEALTHY else {"output": each.message}),
            }
        ]
        for each in sorted(readings, key=lambda reading: reading.name)
    }


def age(reading: Reading, *, now: datetime) -> float:
    """How old it is, in seconds."""
    return round(max(0.0, (now - reading.at).total_seconds()), 1)
