"""Probe of the webhooks: what failed in the last hour, of those others sent us and of ours."""

from openchair.platform.probes import Finding, ProbeContext, graded, probe
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings

MOST = 10_000


@probe("webhooks")
async def webhooks(context: ProbeContext) -> Finding:
    """Failed in the last hour: received and not handled, or ours and not taken."""
    row = await context.kept.fetchrow(FAILED, MOST)
    received, sent = int(row["received"]), int(row["sent"])
    limits = load(ThresholdSettings)
    return Finding(
        state=graded(
            received + sent,
            warning=limits.failed_webhooks_warning,
            critical=limits.failed_webhooks_critical,
        ),
        message=f"{received + sent} failed in the last hour.",
        details={"received_failed": received, "sent_failed": sent},
        measures={"failed-webhooks": float(received + sent)},
    )


FAILED = """
    SELECT
        (SELECT count(*) FROM (
            SELECT FROM webhook_events
            WHERE status = 'failed' AND created_at > now() - interval '1 hour' LIMIT $1
        ) AS found) AS received,
        (SELECT count(*) FROM (
            SELECT FROM webhook_messages
            WHERE status = 'failed' AND finished_at > now() - interval '1 hour' LIMIT $1
        ) AS found) AS sent
"""
