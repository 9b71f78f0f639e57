"""Jobs of the status page: forgetting addresses that nobody confirmed."""

from typing import Any

from openchair.operations.status_page.subscribers import prune_subscribers
from openchair.platform.jobs.queue import JobContext, job

BATCH = 1000
MOST_BATCHES = 100


@job("status_page.prune", cron="50 3 * * *")
async def prune(context: JobContext, _payload: dict[str, Any]) -> None:
    """A short transaction for each batch; what is left is for tomorrow."""
    for _ in range(MOST_BATCHES):
        async with context.database.transaction() as session:
            if await prune_subscribers(session, limit=BATCH) < BATCH:
                return
