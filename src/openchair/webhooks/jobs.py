"""The loop that drains the inbox of webhooks, and the nightly job that forgets old ones."""

from typing import Any

from openchair.platform.jobs.loops import loop
from openchair.platform.jobs.queue import JobContext, job
from openchair.platform.settings.base import load
from openchair.webhooks.forget import forget_old
from openchair.webhooks.handle import handle_due
from openchair.webhooks.settings import WebhookSettings


@loop("webhooks.handle", every=0.5)
async def handle_webhooks(context: JobContext) -> bool:
    """Handle what has come and what is to be tried again."""
    return await handle_due(context.database, settings=load(WebhookSettings))


@job("webhooks.forget", cron="20 3 * * *")
async def forget_webhooks(context: JobContext, _payload: dict[str, Any]) -> None:
    """Forget what ended long ago, some thousands at a time."""
    while True:
        async with context.database.transaction() as session:
            if not await forget_old(session, days=load(WebhookSettings).webhook_days):
                return
