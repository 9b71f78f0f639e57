"""Callers of the web processes that cost little themselves: keep-alive sockets on one loop."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

import uvloop

REQUEST_SECONDS = 30
APART_SECONDS = 0.01
"""Clients come one after another: processes that share a socket then share the clients."""


@dataclass(frozen=True)
class Answers:
    """What came back: how many of each status, how long each took, and the whole in seconds."""

    statuses: Counter[int]
    milliseconds: list[float]
    seconds: float
    largest_body: int


def call(port: int, requests: Iterable[bytes], *, clients: int) -> Answers:
    """Send every request, `clients` of them at a time, to 127.0.0.1."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_call(port, iter(requests), clients))


def post(path: str, body: bytes) -> bytes:
    """A JSON POST."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(path: str) -> bytes:
    """A GET."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


async def _call(port: int, requests: Iterator[bytes], clients: int) -> Answers:
    kept = Kept()
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(clients):
            group.create_task(_client(port, requests, kept, number * APART_SECONDS))
    seconds = time.perf_counter() - begun
    return Answers(kept.statuses, sorted(kept.milliseconds), seconds, max(kept.sizes, default=0))


@dataclass
class Kept:
    """What all clients together have seen so far."""

    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)


async def _client(port: int, requests: Iterator[bytes], kept: Kept, wait: float) -> None:
    await asyncio.sleep(wait)
    loop = asyncio.get_running_loop()
    transport, client = await loop.create_connection(
        lambda: Client(requests, kept), "127.0.0.1", port
    )
    try:
        await client.done
    finally:
        transport.close()


class Client(asyncio.Protocol):
    """One keep-alive connection: the next request leaves in the moment the answer is whole. No
    task and no stream stands in between, so that little of what is measured is the caller's own.
    """

    def __init__(self, requests: Iterator[bytes], kept: Kept) -> None:
        self.requests, self.kept = requests, kept
        self.loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self.loop.create_future()
        self.received = b""
        self.begun = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request, and look now and then whether it hangs."""
        self.transport = cast("asyncio.WriteTransport", transport)
        self.watch = self.loop.call_later(REQUEST_SECONDS, self._look)
        self._next()

    def data_received(self, data: bytes) -> None:
        """Go on when the answer is whole."""
        self.received += data
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return
        declared = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        size = int(declared or b"0")
        if len(body) < size:
            return
        self.kept.milliseconds.append((time.perf_counter() - self.begun) * 1000)
        self.kept.statuses[int(head.split(b" ", 2)[1])] += 1
        self.kept.sizes.append(size)
        self.received = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail when the server hung up on us."""
        self.watch.cancel()
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _next(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.done.set_result(None)
            return
        self.begun = time.perf_counter()
        self.transport.write(request)

    def _look(self) -> None:
        if time.perf_counter() - self.begun > REQUEST_SECONDS and not self.done.done():
            self.done.set_exception(TimeoutError("no answer in time"))
            return
        self.watch = self.loop.call_later(1, self._look)
