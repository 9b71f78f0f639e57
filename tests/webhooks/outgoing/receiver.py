"""A salon's own software, for tests: a real HTTP server that keeps what it got and answers as it
is told."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from openchair.webhooks.standard import key_of, verify

Answer = tuple[int, dict[str, str], bytes]
FINE: Answer = (204, {}, b"")


@dataclass
class Got:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    def signed_by(self, secret: str) -> str:
        """The message's id; raises when `secret` did not sign."""
        return verify([key_of(secret)], headers=self.headers, body=self.body, now=time.time())


@dataclass
class Receiver:
    """`answers` are used up one by one, then `otherwise` is the answer; `seconds` it takes."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    answers: list[Answer | Callable[[], None]] = field(default_factory=list)
    otherwise: Answer = FINE
    seconds: float = 0.0
    now: int = 0
    most: int = 0
    came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?salon=1"

    async def until(self, count: int) -> None:
        """Return when so many requests have come."""
        while len(self.got) < count:
            self.came.clear()
            await self.came.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {
            name.lower(): value
            for name, _, value in (line.partition(": ") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.got.append(Got(head[0].split(" ")[1], headers, body, time.time()))
        self.came.set()
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(self.seconds)
        self.now -= 1
        status, more, content = self._next()
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in more.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    def _next(self) -> Answer:
        found = self.answers.pop(0) if self.answers else self.otherwise
        if callable(found):
            found()
            return FINE
        return found


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """One that runs until the block ends."""
    found = Receiver()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found
