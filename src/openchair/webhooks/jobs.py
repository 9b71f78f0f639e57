"""The loop that drains the inbox of webhooks."""

from openchair.platform.jobs.loops import loop
from openchair.platform.jobs.queue import JobContext
from openchair.platform.settings.base import load
from openchair.webhooks.handle import handle_due
from openchair.webhooks.settings import WebhookSettings


@loop("webhooks.handle", every=0.5)
async def handle_webhooks(context: JobContext) -> bool:
    """Handle what has come and what is to be tried again."""
    return await handle_due(context.database, settings=load(WebhookSettings))
