"""A real SMTP server (aiosmtpd) for any recipient: what it answers 250 to is stored first.

Each stage of the conversation is one method of `Conversation`, which is where a fault of a
mail provider (a 451, a dropped connection, a slow answer) can be put without touching the rest.
"""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from openchair_sandbox.mailbox.store import MailStore

MAX_MAIL_BYTES = 20_000_000


class Conversation:
    """Answers of the server, stage by stage; the method names are aiosmtpd's hooks."""

    def __init__(self, *, store: MailStore) -> None:
        self._store = store

    async def handle_RCPT(  # noqa: N802 -- the name is aiosmtpd's
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """Accept every recipient; an open mailbox is the point of a sandbox."""
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Store the mail, then answer 250: an accepted mail survives a kill of this process."""
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else bytes(content or b"")
        mail_id = self._store.add(
            sender=envelope.mail_from or "", recipients=list(envelope.rcpt_tos), raw=raw
        )
        return f"250 OK: queued as {mail_id}"


class SmtpServer:
    """Listens on one port; `stop` closes the port and drops open conversations."""

    def __init__(self, *, store: MailStore, host: str, port: int) -> None:
        self._conversation = Conversation(store=store)
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Open the port; OSError when it is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, self._host, self._port)

    def _protocol(self) -> SMTP:
        return SMTP(
            self._conversation,
            data_size_limit=MAX_MAIL_BYTES,
            enable_SMTPUTF8=True,
            hostname="sandbox.localhost",
            ident="OpenChair sandbox",
            loop=asyncio.get_running_loop(),
        )

    async def stop(self) -> None:
        """Take no more conversations."""
        if self._server is not None:
            self._server.close()
