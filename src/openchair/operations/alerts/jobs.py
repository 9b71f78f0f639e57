"""Jobs and loops of the alerting, for the worker: forgetting what is old, missing the watcher."""

from collections.abc import Awaitable, Callable
from typing import Any

from openchair.operations.alerts.miss_watcher import Vigil, miss_watcher
from openchair.operations.alerts.prune import prune_alerts, prune_attempts, prune_silences
from openchair.operations.alerts.settings import AlertSettings
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.jobs.loops import loop
from openchair.platform.jobs.queue import JobContext, job
from openchair.platform.settings.base import load

BATCH = 5000
MOST_BATCHES = 100
LOOK_SECONDS = 5.0

_vigil = Vigil()


@loop("alerts.miss_watcher", every=LOOK_SECONDS)
async def look_after_watcher(context: JobContext) -> bool:
    """Tell people when the watcher has fallen silent."""
    await miss_watcher(context.database, _vigil, now=utc_now())
    return False


@job("alerts.prune", cron="35 3 * * *")
async def prune(context: JobContext, _payload: dict[str, Any]) -> None:
    """Delete alerts, attempts and silences beyond their days; what is left is for tomorrow."""
    settings = load(AlertSettings)
    await _prune(context.database, prune_alerts, days=settings.alert_days)
    await _prune(context.database, prune_attempts, days=settings.alert_attempt_days)
    await _prune(context.database, prune_silences, days=settings.alert_days)


Step = Callable[..., Awaitable[int]]


async def _prune(database: Database, step: Step, *, days: int) -> None:
    for _ in range(MOST_BATCHES):
        async with database.transaction() as session:
            if await step(session, days=days, limit=BATCH) < BATCH:
                return
