"""The loop that sends outgoing webhooks."""

from openchair.platform.jobs.loops import loop
from openchair.platform.jobs.queue import JobContext
from openchair.platform.settings.base import load
from openchair.webhooks.outgoing.send import send_due
from openchair.webhooks.settings import WebhookSettings


@loop("webhooks.send", every=0.5)
async def send_webhooks(context: JobContext) -> bool:
    """Send what is due; nothing is left when this returns."""
    await send_due(context.database, stop=context.stop, settings=load(WebhookSettings))
    return False
