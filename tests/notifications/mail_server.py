"""A real SMTP server for tests, in the test's own loop, that misbehaves as it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP

from openchair.notifications.settings import MailSettings


@dataclass
class MailServer:
    """What it accepted, and what it answers. An answer of "drop" cuts the connection instead."""

    port: int = 0
    accepted: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    connections: int = 0
    rcpt_answers: list[str] = field(default_factory=list)
    data_answers: list[str] = field(default_factory=list)
    keeps_dropped: bool = True

    async def handle_RCPT(  # noqa: N802 -- the name is aiosmtpd's
        self, server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        answer = self.rcpt_answers.pop(0) if self.rcpt_answers else "250 OK"
        if answer == "drop":
            cut(server)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 -- the name is aiosmtpd's
        self, server: SMTP, _session: Any, envelope: Any
    ) -> str:
        answer = self.data_answers.pop(0) if self.data_answers else "250 OK"
        if answer.startswith("250") or (answer == "drop" and self.keeps_dropped):
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
            self.accepted.append(
                message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default)
            )
        if answer == "drop":
            cut(server)
        return answer

    def settings(self, **more: Any) -> MailSettings:
        """Settings of a worker that sends to this server."""
        return MailSettings(
            **{"smtp_host": "127.0.0.1", "smtp_port": self.port, "mail_timeout_seconds": 5, **more}
        )


def cut(server: SMTP) -> None:
    """Drop the connection without a word."""
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


@asynccontextmanager
async def mail_server(*, port: int = 0) -> AsyncIterator[MailServer]:
    """Listen on a free port until the block ends."""
    found = MailServer()

    def conversation() -> SMTP:
        found.connections += 1
        return SMTP(found, enable_SMTPUTF8=True, loop=asyncio.get_running_loop())

    server = await asyncio.get_running_loop().create_server(conversation, "127.0.0.1", port)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
