"""Sends one mail at once, by the first mail server that takes it, else by the next.

For alerts and for codes to whoever is called at night. Needs neither queue nor database, asks no
breaker, and leaves no row; messages to clients never go this way.
"""

import asyncio
from uuid import UUID

from openchair.notifications.direct.sent import Sent, all_failed
from openchair.notifications.errors import DeliveryFailed, Permanent, Temporary
from openchair.notifications.providers.email.smtp import SmtpProvider
from openchair.notifications.providers.provider import Outgoing
from openchair.notifications.recipients import check_recipient
from openchair.notifications.rendering import Rendered
from openchair.notifications.settings import MailSettings, ServerSettings
from openchair.platform import correlation
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id
from openchair.platform.settings.base import load
from openchair.platform.settings.files import BadSettings

NO_SALON = UUID(int=0)
SENDER_NAME = "OpenChair"
GOODBYE_SECONDS = 0.5


async def send_mail(
    *, recipient: str, subject: str, text: str, timeout_seconds: float = 10.0
) -> Sent:
    """Give a plain-text mail to the primary server, or to the backup when that one fails in any
    way: a mail twice is better than none. Together they have `timeout_seconds`.

    Raises `Temporary`, or `Permanent` when every server refused it for good or this is no address.
    """
    try:
        recipient = check_recipient(channel="email", recipient=recipient)
    except Invalid as error:
        raise Permanent(error.message, failure_type="validation_error") from error
    settings = load(MailSettings)
    servers = settings.servers
    seconds = timeout_seconds / len(servers)
    outgoing = _outgoing(recipient, subject, text, domain=settings.domain)
    failures: list[tuple[str, DeliveryFailed]] = []
    for server in servers:
        try:
            words = await _send(server, outgoing, settings=settings, seconds=seconds)
        except DeliveryFailed as failure:
            failures.append((server.name, failure))
        else:
            return Sent(provider=server.name, words=words, reference=outgoing.message_id)
    raise all_failed(failures)


def _outgoing(recipient: str, subject: str, text: str, *, domain: str) -> Outgoing:
    number = new_id()
    return Outgoing(
        salon_id=NO_SALON,
        notification_id=number,
        recipient=recipient,
        message_id=f"<{number.hex}@{domain}>",
        correlation_id=correlation.current(),
        language="en",
        rendered=Rendered(
            subject=subject, text=text, html="", sender_name=SENDER_NAME, reply_to=None
        ),
    )


async def _send(
    server: ServerSettings, outgoing: Outgoing, *, settings: MailSettings, seconds: float
) -> str:
    """The server's words. A connection of its own: one that was kept could be dead by now."""
    patience = {"mail_timeout_seconds": seconds, "smtp_connections": 1}
    provider = SmtpProvider(server, settings.model_copy(update=patience))
    try:
        async with asyncio.timeout(seconds):
            words = (await provider.send(outgoing, hand_over=_at_once)).words
    except TimeoutError as error:
        raise Temporary(
            f"no answer within {seconds:g} s", failure_type="timeout", provider_down=True
        ) from error
    except BadSettings as error:  # of the signature: its key is read at the first mail
        raise Permanent(str(error), failure_type="other") from error
    await _leave(provider)
    return words


async def _at_once() -> None:
    """Nothing has to be written down before the content leaves."""


async def _leave(provider: SmtpProvider) -> None:
    """Say goodbye, but not for long: the mail is taken."""
    try:
        async with asyncio.timeout(GOODBYE_SECONDS):
            await provider.close()
    except TimeoutError:
        return
