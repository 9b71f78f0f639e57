"""The loop that carries redrives of dead letters on, and the job that tidies up behind it."""

from typing import Any

from openchair.notifications.dead_letters.asked import close_left_behind
from openchair.notifications.dead_letters.settings import RedriveSettings
from openchair.notifications.dead_letters.steps import step_redrives
from openchair.platform.jobs.loops import loop
from openchair.platform.jobs.queue import JobContext, job
from openchair.platform.settings.base import load

EVERY_SECONDS = 1.0
AT_ONCE = 10_000


@loop("notifications.redrive", every=EVERY_SECONDS)
async def carry_on(context: JobContext) -> bool:
    """One step of each redrive that is under way; the next comes a second later."""
    most_failures = load(RedriveSettings).redrive_most_failures
    async with context.database.transaction() as session:
        await step_redrives(session, most_failures=most_failures)
    return False


@job("notifications.close_letters", cron="*/5 * * * *")
async def close_letters(
    context: JobContext,
    payload: dict[str, Any],  # noqa: ARG001 -- every job is called alike
) -> None:
    """Close dead letters whose message ended in another way meanwhile."""
    async with context.database.transaction() as session:
        await close_left_behind(session, limit=AT_ONCE)
