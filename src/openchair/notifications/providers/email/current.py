"""The one mail provider of a worker process, shared by all its jobs so connections are reused."""

from functools import cache

from openchair.notifications.providers.email.smtp import SmtpProvider
from openchair.notifications.settings import MailSettings
from openchair.platform.settings.base import load


@cache
def current_provider() -> SmtpProvider:
    """The provider of the installation's settings; the same one every time."""
    return SmtpProvider(load(MailSettings))


async def close_provider() -> None:
    """Close its connections when the worker ends; a later call of `current_provider` is fresh."""
    await current_provider().close()
    current_provider.cache_clear()
