"""The providers of this process by channel, in the order in which they are tried.

Made once, so that all messages share their connections.
"""

from functools import cache

from openchair.notifications.providers.email.smtp import SmtpProvider
from openchair.notifications.providers.provider import Provider
from openchair.notifications.settings import MailSettings
from openchair.platform.settings.base import load

SMS_AT_ONCE = 5


@cache
def providers(channel: str) -> tuple[Provider, ...]:
    """Those of `email` or `sms`; none when the channel is not configured."""
    if channel == "email":
        settings = load(MailSettings)
        return tuple(SmtpProvider(server, settings) for server in settings.servers)
    return ()


def places(channel: str) -> int:
    """How many messages of a channel one worker sends at once."""
    return load(MailSettings).smtp_connections if channel == "email" else SMS_AT_ONCE


async def close_providers() -> None:
    """Close all connections when the worker ends; later calls of `providers` are fresh."""
    for channel in ("email", "sms"):
        for provider in providers(channel):
            await provider.close()
    providers.cache_clear()
