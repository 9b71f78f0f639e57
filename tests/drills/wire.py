"""A TCP line between a worker and a mail server that falls silent at one step of a conversation."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Wire:
    """Passes everything on, but what follows `hold` once: the first line with that verb waits
    until `let_go`. Other connections are not held up.
    """

    def __init__(self, target: int) -> None:
        self.port = 0
        self.reached = asyncio.Event()
        self._target = target
        self._verb: bytes | None = None
        self._go_on = asyncio.Event()
        self._lines: set[asyncio.Task[None]] = set()

    def hold(self, verb: str) -> None:
        """Fall silent at the next line of a client that contains this; `reached` tells when."""
        self._verb = verb.encode()
        self.reached.clear()
        self._go_on.clear()

    def let_go(self) -> None:
        """Pass on what was held."""
        self._go_on.set()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client, until either side ends it."""
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        try:
            await asyncio.gather(self._pass(reader, back, watched=True), self._pass(there, writer))
        finally:
            for each in (writer, back):
                each.close()
            self._lines.discard(task)

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, watched: bool = False
    ) -> None:
        try:
            while data := await reader.read(65_536):
                if watched and self._verb is not None and self._verb in data:
                    self._verb = None
                    self.reached.set()
                    await self._go_on.wait()
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()

    async def close(self) -> None:
        """Cut what is still open."""
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)


@asynccontextmanager
async def wire(target: int) -> AsyncIterator[Wire]:
    """A line to a port of this machine, at `port`, until the block ends."""
    found = Wire(target)
    server = await asyncio.start_server(found.connected, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        await found.close()
