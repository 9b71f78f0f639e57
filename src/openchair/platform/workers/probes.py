"""Probe of the workers: without one, nothing is sent and no job runs."""

from openchair.platform.probes import Finding, ProbeContext, State, probe
from openchair.platform.workers.beat import SILENT_SECONDS


@probe("workers")
async def workers(context: ProbeContext) -> Finding:
    """How many workers said lately that they live."""
    row = await context.kept.fetchrow(ALIVE, float(SILENT_SECONDS))
    alive = int(row["alive"])
    return Finding(
        state=State.HEALTHY if alive else State.ERROR,
        message=f"{alive} alive." if alive else "No worker is alive: nothing is sent, no job runs.",
        details={"alive": alive},
        measures={"workers": float(alive)},
    )


ALIVE = """
    SELECT count(*) AS alive FROM workers WHERE seen_at > now() - make_interval(secs => $1)
"""
