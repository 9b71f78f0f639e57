"""Whether a process can do its work, from its prober's readings. `/api/ready` and commands ask."""

from collections.abc import Mapping
from typing import Literal

from openchair.operations.health.prober import ROUND_SECONDS, Prober
from openchair.platform.clock import utc_now
from openchair.platform.probes import Probe, Reading, State, worst

PARTS = ("database", "smtp", "sms", "storage", "queue", "dlq", "budget")
"""What the runbook's readiness check is made of."""

FRESH_SECONDS = 10.0

Overall = Literal["ready", "warning", "not_ready"]


async def find_readiness(prober: Prober, *, within: float = ROUND_SECONDS) -> dict[str, Reading]:
    """A reading of each part, ten seconds old at most or had just now; what is not known after
    `within` seconds is an error.
    """
    found = await prober.fresh(seconds=FRESH_SECONDS, within=within, names=PARTS)
    return {name: found.get(name) or _unknown(name) for name in PARTS if name in prober.probes}


def overall(readings: Mapping[str, Reading], *, probes: Mapping[str, Probe]) -> Overall:
    """Not ready without a vital part; a warning for anything else that is not as it should be."""
    vital = [each.state for name, each in readings.items() if probes[name].vital]
    if State.ERROR in vital:
        return "not_ready"
    state = worst(each.state for each in readings.values())
    return "ready" if state is State.HEALTHY else "warning"


def _unknown(name: str) -> Reading:
    return Reading(
        name=name,
        state=State.ERROR,
        message="No look at it has ended yet.",
        response_time_ms=0.0,
        at=utc_now(),
        details={"kind": "timeout"},
    )
