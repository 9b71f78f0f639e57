"""Jobs of the post office: send one message, and look round once a minute."""

from typing import Any
from uuid import UUID

from openchair.notifications.delivery import deliver
from openchair.notifications.outbox import DELIVER_JOB
from openchair.notifications.providers.email.current import current_provider
from openchair.notifications.settings import MailSettings
from openchair.notifications.sweep import sweep
from openchair.platform.jobs.queue import JobContext, job
from openchair.platform.settings.base import load


@job(DELIVER_JOB)
async def deliver_message(context: JobContext, payload: dict[str, Any]) -> None:
    """Send one queued message, if it is still due."""
    settings = load(MailSettings)
    await deliver(
        context.database,
        salon_id=UUID(payload["salon_id"]),
        notification_id=UUID(payload["id"]),
        provider=current_provider(),
        settings=settings,
    )


@job("notifications.sweep", cron="* * * * *")
async def sweep_queue(
    context: JobContext,
    payload: dict[str, Any],  # noqa: ARG001 -- every job is called alike
) -> None:
    """Wake what is due and take back what a dead worker left."""
    async with context.database.transaction() as session:
        await sweep(session)
