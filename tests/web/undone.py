"""One database for many cases: whatever a case writes is undone after it, without a new clone.

Everything runs on one connection inside one transaction; what the app commits is a savepoint.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
import httpx
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from starlette.types import ASGIApp, Message

from openchair.platform.db.engine import Database

EVENTS = "text/event-stream"
PATIENCE_SECONDS = 300


class Undone(Database):
    """A database whose commits are savepoints of `connection`."""

    connection: AsyncConnection

    def __init__(self, url: str) -> None:
        super().__init__(url, pool_size=1)
        # A slow machine is no wrong answer, and one statement given up would spoil all that follow.
        event.listen(self.engine.sync_engine, "do_connect", _be_patient)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Until the block ends, everything is kept; then nothing is."""
        async with self.engine.connect() as self.connection:
            whole = await self.connection.begin()
            yield
            await whole.rollback()

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        """What is written inside the block is gone after it."""
        point = await self.connection.begin_nested()
        try:
            yield
        finally:
            await point.rollback()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """As of `Database`; a commit is kept until the block around it is undone."""
        async with (
            AsyncSession(
                bind=self.connection,
                expire_on_commit=False,
                autoflush=False,
                join_transaction_mode="create_savepoint",
            ) as session,
            session.begin(),
        ):
            yield session

    @asynccontextmanager
    async def alone(self) -> AsyncIterator["asyncpg.Connection[Any]"]:
        """The one connection there is."""
        raw = await self.connection.get_raw_connection()
        yield cast("asyncpg.Connection[Any]", raw.driver_connection)


class Doorway(httpx.AsyncBaseTransport):
    """Speaks to the app in this process; hangs up on an endless answer once it has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The whole answer, or the beginning of one that never ends."""
        body, begun, parts = await request.aread(), asyncio.Event(), list[bytes]()
        head: dict[str, Any] = {}
        asked = asyncio.Event()

        async def receive() -> Message:
            if not asked.is_set():
                asked.set()
                return {"type": "http.request", "body": body, "more_body": False}
            await asyncio.Event().wait()
            raise AssertionError("nobody hangs up by itself")

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                head.update(message)
                begun.set()
            else:
                parts.append(message.get("body", b""))

        answering = asyncio.ensure_future(self.app(_scope(request), receive, send))
        waiting = asyncio.ensure_future(begun.wait())
        await asyncio.wait({answering, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        headers = httpx.Headers(head.get("headers", []))
        if begun.is_set() and headers.get("content-type", "").startswith(EVENTS):
            answering.cancel()
            await asyncio.wait({answering})
        else:
            await answering
        return httpx.Response(head["status"], headers=headers, content=b"".join(parts))


def _be_patient(
    _dialect: object, _record: object, _arguments: list[Any], settings: dict[str, Any]
) -> None:
    settings["command_timeout"] = PATIENCE_SECONDS
    settings["server_settings"] = {
        **settings["server_settings"],
        "statement_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
    }


def _scope(request: httpx.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "server": (request.url.host, request.url.port or 80),
        "client": ("203.0.113.9", 50_000),
        "root_path": "",
    }
