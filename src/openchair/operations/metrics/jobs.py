"""The schedule of the time series: hours are made of minutes, and old ones are forgotten."""

from typing import Any

from openchair.operations.metrics.roll_up import forget_old, roll_up
from openchair.platform.clock import utc_now
from openchair.platform.jobs.queue import JobContext, job

MOST_ROUNDS = 200


@job("metrics.roll_up", cron="7 * * * *")
async def roll_up_hourly(context: JobContext, _payload: dict[str, Any]) -> None:
    """A transaction for the hours, and a short one for each batch of what is too old."""
    now = utc_now()
    async with context.database.transaction() as session:
        await roll_up(session, now=now)
    for _ in range(MOST_ROUNDS):
        async with context.database.transaction() as session:
            if not await forget_old(session, now=now) or context.stop.is_set():
                return
