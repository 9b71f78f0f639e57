"""What a mail server says before the content, on a new connection and on one that was used."""

from uuid import uuid4

import pytest

from openchair.notifications.errors import Temporary
from openchair.notifications.providers.email.smtp import SmtpProvider
from openchair.notifications.providers.provider import Outgoing
from openchair.notifications.rendering import Rendered
from tests.notifications.mail_server import MailServer
from tests.sandbox_process import sandbox

BUSY = "421 4.7.0 Too many connections"


async def go() -> None:
    """The message may leave."""


def mail() -> Outgoing:
    return Outgoing(
        salon_id=uuid4(),
        notification_id=uuid4(),
        recipient="anna@example.org",
        message_id="<1@example.org>",
        correlation_id=None,
        language="en",
        rendered=Rendered(
            subject="Hello", text="Hello", html="", sender_name="Salon", reply_to=None
        ),
    )


async def test_who_is_too_busy_says_so_itself(server: MailServer, provider: SmtpProvider) -> None:
    server.rcpt_answers = [BUSY]
    with pytest.raises(Temporary) as failed:
        await provider.send(mail(), hand_over=go)
    assert (failed.value.failure_type, failed.value.status_code) == ("rate_limit", 421)
    assert failed.value.message == BUSY
    assert failed.value.provider_down
    assert server.connections == 1


async def test_a_sandbox_that_is_too_busy_says_so_itself() -> None:
    async with sandbox() as outside:
        server = MailServer(port=outside.smtp_port)
        settings = server.settings()
        provider = SmtpProvider(settings.servers[0], settings)
        await provider.send(mail(), hand_over=go)
        await outside.fault("smtp", "busy")
        for _ in ("used", "new"):
            with pytest.raises(Temporary) as failed:
                await provider.send(mail(), hand_over=go)
            assert (failed.value.failure_type, failed.value.status_code) == ("rate_limit", 421)
        await outside.clear("smtp")
        assert "queued" in (await provider.send(mail(), hand_over=go)).words
        await provider.close()


async def test_who_is_too_busy_is_not_asked_again_at_once(
    server: MailServer, provider: SmtpProvider
) -> None:
    await provider.send(mail(), hand_over=go)
    server.rcpt_answers = [BUSY]
    with pytest.raises(Temporary) as failed:
        await provider.send(mail(), hand_over=go)
    assert (failed.value.failure_type, failed.value.status_code) == ("rate_limit", 421)
    assert server.connections == 1


async def test_a_used_connection_that_was_cut_is_replaced(
    server: MailServer, provider: SmtpProvider
) -> None:
    await provider.send(mail(), hand_over=go)
    server.rcpt_answers = ["drop"]
    await provider.send(mail(), hand_over=go)
    assert (len(server.accepted), server.connections) == (2, 2)


async def test_a_new_connection_that_was_cut_is_the_servers_fault(
    server: MailServer, provider: SmtpProvider
) -> None:
    server.rcpt_answers = ["drop"]
    with pytest.raises(Temporary) as failed:
        await provider.send(mail(), hand_over=go)
    assert (failed.value.failure_type, failed.value.status_code) == ("provider_error", None)
    assert failed.value.provider_down
    assert server.connections == 1
