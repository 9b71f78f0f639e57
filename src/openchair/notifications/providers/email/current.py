"""The one mail provider of a worker process, shared by all its jobs so connections are reused."""

from functools import cache

from openchair.notifications.providers.email.smtp import SmtpProvider
from openchair.notifications.settings import MailSettings


@cache
def current_provider(settings: MailSettings) -> SmtpProvider:
    """The provider for these settings; the same one every time."""
    return SmtpProvider(settings)
