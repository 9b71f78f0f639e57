"""Callers of the web processes that cost little themselves: keep-alive sockets on one loop."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
    statuses: Counter[int] = Counter()
    taken: list[float] = []
    sizes: list[int] = [0]

    async def client(number: int) -> None:
        await asyncio.sleep(number * APART_SECONDS)
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
        for request in requests:
            begun = time.perf_counter()
            writer.write(request)
            async with asyncio.timeout(REQUEST_SECONDS):
                status, size = await _answer(reader)
            taken.append((time.perf_counter() - begun) * 1000)
            statuses[status] += 1
            sizes.append(size)
        writer.close()
        await writer.wait_closed()

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(clients):
            group.create_task(client(number))
    return Answers(statuses, sorted(taken), time.perf_counter() - begun, max(sizes))


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return status, length
