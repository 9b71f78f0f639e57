"""Callers that ask for health and readiness at a steady rate, beside some that book or browse."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

A_SECOND = 50
BESIDE_A_SECOND = 10
PATIENCE_SECONDS = 30
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Asked:
    """What one path answered: status codes, seconds, and the last body."""

    path: str
    codes: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    body: bytes = b"{}"

    @property
    def last(self) -> dict[str, Any]:
        """The last answer that was JSON."""
        found: dict[str, Any] = orjson.loads(self.body)
        return found

    @property
    def p99(self) -> float:
        """In seconds."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99) - 1]


class Caller:
    """Speaks just enough HTTP over connections that it keeps: what is measured is the server, on a
    machine that both share.
    """

    def __init__(self, url: str) -> None:
        self._host, _, port = url.removeprefix("http://").partition(":")
        self._port = int(port)
        self._kept: list[Line] = []

    async def get(self, asked: Asked) -> None:
        """One request, and what came of it."""
        began = time.monotonic()
        async with asyncio.timeout(PATIENCE_SECONDS):
            line = self._kept.pop() if self._kept else await self._connect()
            line[1].write(
                f"GET {asked.path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: */*\r\n\r\n".encode()
            )
            head = (await line[0].readuntil(b"\r\n\r\n")).decode().lower()
            length = re.search(r"content-length: (\d+)", head)
            body = await line[0].readexactly(int(length[1]) if length else 0)
        asked.seconds.append(time.monotonic() - began)
        asked.codes.append(int(head.split(" ", 2)[1]))
        if "application/json" in head:
            asked.body = body
        self._kept.append(line)

    def close(self) -> None:
        """Hang up."""
        for _, writer in self._kept:
            writer.close()

    async def _connect(self) -> Line:
        return await asyncio.open_connection(self._host, self._port)


async def rush(
    url: str, paths: Sequence[str], *, beside: str, seconds: float
) -> tuple[dict[str, Asked], Asked]:
    """Ask each path `A_SECOND` times a second, whether or not the earlier ones were answered; and
    `beside` less often, as the normal load. Answers what came of each.
    """
    found, load, caller = {path: Asked(path) for path in paths}, Asked(beside), Caller(url)
    async with asyncio.TaskGroup() as group:
        began = time.monotonic()
        for number in range(int(seconds * A_SECOND)):
            for each in found.values():
                group.create_task(caller.get(each))
            if number % (A_SECOND // BESIDE_A_SECOND) == 0:
                group.create_task(caller.get(load))
            await asyncio.sleep(max(0, began + (number + 1) / A_SECOND - time.monotonic()))
    caller.close()
    return found, load
