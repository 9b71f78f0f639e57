"""A real HTTP server on a real socket that does what a test tells it, request by request."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

Writer = asyncio.StreamWriter
Act = Callable[[Writer], Awaitable[None]]


@dataclass
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def answer(status: int, body: bytes = b"", **headers: str) -> Act:
    """Answer so; `retry_after="3"` is the header Retry-After."""

    async def act(writer: Writer) -> None:
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()

    return act


def half(status: int, body: bytes) -> Act:
    """Promise more than comes, then close."""

    async def act(writer: Writer) -> None:
        writer.write(f"HTTP/1.1 {status} OK\r\nContent-Length: {len(body) + 9}\r\n\r\n".encode())
        writer.write(body)
        await writer.drain()
        writer.close()

    return act


async def drop(writer: Writer) -> None:
    """Take the request and close without a word."""
    writer.close()


def stall(seconds: float) -> Act:
    """Answer 200, late."""

    async def act(writer: Writer) -> None:
        await asyncio.sleep(seconds)
        await answer(200)(writer)

    return act


@dataclass
class HttpServer:
    """What it was asked is in `requests`; what it does next comes from `plan`, then `otherwise`."""

    port: int = 0
    requests: list[Request] = field(default_factory=list)
    plan: list[Act] = field(default_factory=list)
    otherwise: Act = field(default_factory=lambda: answer(200, b'{"ok": true}'))
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.requests.append(await read_request(head, reader))
                await (self.plan.pop(0) if self.plan else self.otherwise)(writer)
                if writer.is_closing():
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the client has gone
        finally:
            writer.close()


async def read_request(head: bytes, reader: asyncio.StreamReader) -> Request:
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    method, target, _ = first.split(" ")
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)


@asynccontextmanager
async def http_server() -> AsyncIterator[HttpServer]:
    """One on a free port, gone at the end."""
    found = HttpServer()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await found.serve(reader, writer)
        except asyncio.CancelledError:
            writer.close()
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        for each in [*tasks]:
            each.cancel()
        await server.wait_closed()
