"""Probe of the log-ins: how many failed lately. Not for everybody's eyes."""

from openchair.platform.probes import Finding, ProbeContext, State, probe

MANY = 100
MOST = 100_000


@probe("logins", every=10.0, public=False)
async def logins(context: ProbeContext) -> Finding:
    """Failed log-ins of the last 15 minutes, of all addresses together."""
    row = await context.kept.fetchrow(FAILED, MOST)
    failed = int(row["failed"])
    return Finding(
        state=State.WARNING if failed > MANY else State.HEALTHY,
        message=f"{failed} log-ins failed in the last 15 minutes.",
        details={"failed": failed},
        measures={"failed-logins": float(failed)},
    )


FAILED = """
    SELECT count(*) AS failed FROM (
        SELECT FROM auth_logs
        WHERE created_at > now() - interval '15 minutes' AND NOT success LIMIT $1
    ) AS found
"""
