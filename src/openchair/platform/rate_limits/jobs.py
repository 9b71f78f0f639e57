"""Jobs of the rate limits: forgetting callers that are no longer limited."""

from typing import Any

from openchair.platform.jobs.queue import JobContext, job
from openchair.platform.rate_limits.take import forget_past


@job("rate_limits.forget", cron="*/10 * * * *")
async def forget(context: JobContext, _payload: dict[str, Any]) -> None:
    """Keep the table as small as the crowd of the last minutes."""
    async with context.database.transaction() as session:
        await forget_past(session)
