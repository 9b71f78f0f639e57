"""Jobs of the calls to other services: forgetting the old ones."""

from typing import Any

from openchair.platform.jobs.queue import JobContext, job
from openchair.platform.outbound.prune import prune
from openchair.platform.outbound.settings import OutboundSettings
from openchair.platform.settings.base import load

BATCH = 5000
MOST_BATCHES = 200


@job("outbound.prune", cron="25 * * * *")
async def prune_calls(context: JobContext, _payload: dict[str, Any]) -> None:
    """Delete what is older than OPENCHAIR_API_LOG_DAYS, a transaction a batch; what is left after
    a million rows is for the next hour.
    """
    days = load(OutboundSettings).api_log_days
    for _ in range(MOST_BATCHES):
        async with context.database.transaction() as session:
            if await prune(session, days=days, limit=BATCH) < BATCH:
                return
