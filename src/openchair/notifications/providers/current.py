"""The providers of this process by channel, in the order in which they are tried.

Made once, so that all messages share their connections.
"""

from functools import cache

from openchair.notifications.providers.email.smtp import SmtpProvider
from openchair.notifications.providers.provider import Provider
from openchair.notifications.providers.sms.current import sms_providers
from openchair.notifications.settings import MailSettings
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import load

SMS_AT_ONCE = 5


def providers(channel: str, *, database: Database) -> tuple[Provider, ...]:
    """Those of `email` or `sms`; none when the channel is not configured. SMS providers keep each
    call on record, and their common pace, in `database`.
    """
    return _mail_servers() if channel == "email" else _sms_providers(database)


@cache
def _mail_servers() -> tuple[SmtpProvider, ...]:
    settings = load(MailSettings)
    return tuple(SmtpProvider(server, settings) for server in settings.servers)


@cache
def _sms_providers(database: Database) -> tuple[Provider, ...]:
    return sms_providers(database)


def places(channel: str) -> int:
    """How many messages of a channel one worker has under way: four mails for each connection,
    so that some are written down while others are sent.
    """
    return 4 * load(MailSettings).smtp_connections if channel == "email" else SMS_AT_ONCE


async def close_providers() -> None:
    """Close all connections when the worker ends; later calls of `providers` are fresh. Those of
    the SMS providers belong to `platform/outbound`.
    """
    for server in _mail_servers():
        await server.close()
    _mail_servers.cache_clear()
    _sms_providers.cache_clear()
