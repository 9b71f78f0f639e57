"""A real SMTP server (aiosmtpd) for any recipient, with a port that can really be closed.

`run.py` starts two of them, `smtp` and `smtp-backup`; the fault `refuse` closes one's port.
"""

import asyncio
from typing import Any, cast

from aiosmtpd.smtp import SMTP, syntax

from openchair_sandbox.faults.board import FaultBoard
from openchair_sandbox.mailbox.store import MailStore
from openchair_sandbox.smtp.conversation import BUSY, Conversation

MAX_MAIL_BYTES = 20_000_000
BACKLOG = 1024
FAREWELL_SECONDS = 0.3


class SmtpServer:
    """Listens on one port; its `name` stands beside every mail it took."""

    def __init__(
        self, *, name: str, store: MailStore, faults: FaultBoard, host: str, port: int
    ) -> None:
        self.name = name
        self._faults = faults
        self._conversation = Conversation(name=name, store=store, faults=faults)
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._lines: set[Line] = set()
        faults.watch(self._changed)

    async def start(self) -> None:
        """Open the port, unless it is refused from the start; OSError when it is taken."""
        if self._server is None and not self._faults.is_on(self.name, "refuse"):
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(
                self._protocol, self._host, self._port, backlog=BACKLOG
            )

    async def stop(self) -> None:
        """Close the port; connections end, those in the middle of a content after its answer."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for line in [*self._lines]:
            line.leave()
        await asyncio.sleep(0)  # the loop closes sockets on its next round

    async def _changed(self, target: str) -> None:
        if target != self.name:
            return
        if self._faults.is_on(target, "refuse"):
            await self.stop()
        else:
            await self.start()

    def _protocol(self) -> asyncio.Protocol:
        if self._faults.strike(self.name, "busy"):
            return TurnedAway()
        return Line(
            self._conversation,
            lines=self._lines,
            data_size_limit=MAX_MAIL_BYTES,
            enable_SMTPUTF8=True,
            hostname="sandbox.localhost",
            ident="OpenChair sandbox",
            auth_require_tls=False,
            authenticator=self._conversation.authenticate,
            loop=asyncio.get_running_loop(),
        )


class Line(SMTP):
    """One connection, which can be told to leave without breaking a content that is coming in."""

    def __init__(self, handler: Conversation, *, lines: "set[Line]", **options: Any) -> None:
        super().__init__(handler, **options)
        self._open_lines = lines
        self._in_content = False
        self._leaving = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be among the lines of the server."""
        super().connection_made(transport)
        self._open_lines.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Be no longer among them."""
        self._open_lines.discard(self)
        super().connection_lost(error)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 -- the name is aiosmtpd's
        """The content and its answer belong together, whatever happens to the port."""
        self._in_content = True
        try:
            await super().smtp_DATA(arg)
        finally:
            self._in_content = False
            if self._leaving and self.transport is not None:
                self.transport.close()

    def leave(self) -> None:
        """Hang up, at once or after the content's answer."""
        self._leaving = True
        if not self._in_content and self.transport is not None:
            cast("asyncio.Transport", self.transport).abort()


class TurnedAway(asyncio.Protocol):
    """A connection that hears 421 instead of a greeting.

    It stays open for a moment: a client that finds it closed already may not read the answer.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say it, and hang up soon."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(f"{BUSY}\r\n".encode())
        asyncio.get_running_loop().call_later(FAREWELL_SECONDS, transport.close)

    def data_received(self, _data: bytes) -> None:
        """Whatever the client says to that, it has heard it."""
        self._transport.close()
