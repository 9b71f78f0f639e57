"""Tells all web processes which salons have changed, after the commit and on a connection of its
own: PostgreSQL lets transactions that notify commit only one after another (docs/adr/0008).

Each `Database` has one. It never keeps a caller waiting, and a change that it could not tell is
healed by what a stream says when it listens again (`listen.py`).
"""

import asyncio
import os
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg

from openchair.platform.logging.setup import logger

CHANNEL = "openchair_live"
SPACING_SECONDS = 0.1
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 2.0
IDLE_SECONDS = 60.0
LAST_WORDS_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 5.0
FAILURES = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What asyncpg raises when the server is away, ends, or refuses; `TimeoutError` is an `OSError`."""

_NOTIFY = f"SELECT pg_notify('{CHANNEL}', salon_id) FROM unnest($1::text[]) AS salon_id"  # noqa: S608

log = logger(__name__)


class Announcer:
    """Collects salons for a tenth of a second and tells them together."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._salons: set[UUID] = set()
        self._told = asyncio.Event()
        self._failures = 0
        self._sending: asyncio.Task[None] | None = None
        self._connection: asyncpg.Connection[Any] | None = None

    def announce(self, salon_ids: Iterable[UUID]) -> None:
        """Tell these salons soon; answers at once."""
        self._salons.update(salon_ids)
        self._told.set()
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_on())

    async def close(self) -> None:
        """Tell what is left, for two seconds at most, and let go of the connection."""
        if self._sending is not None:
            self._sending.cancel()
            with suppress(asyncio.CancelledError):
                await self._sending
        try:
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self._send()
        except FAILURES as error:
            log.warning("calendars were not told of a last change", why=type(error).__name__)
        self._drop()

    async def _send_on(self) -> None:
        """Until nothing has changed for a minute. The connection is then let go of."""
        try:
            while await self._send_patiently():
                pass
        finally:
            self._drop()

    async def _send_patiently(self) -> bool:
        """Send, rest, and wait for more. False when a minute brought none."""
        pause = SPACING_SECONDS
        try:
            await self._send()
            self._failures = 0
        except FAILURES as error:
            if not self._failures:
                log.warning("calendars cannot be told of changes", why=type(error).__name__)
            self._drop()
            self._told.set()
            self._failures += 1
            pause = min(SPACING_SECONDS * 2 ** min(self._failures, 10), LONGEST_PAUSE_SECONDS)
        await asyncio.sleep(pause)
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):
                await self._told.wait()
        return self._told.is_set()

    async def _send(self) -> None:
        """One transaction for all that changed since the last. What fails is kept for the next."""
        self._told.clear()
        salons, self._salons = self._salons, set()
        if not salons:
            return
        try:
            connection = self._connection or await self._open()
            await connection.execute(_NOTIFY, [str(each) for each in salons])
        except BaseException:
            self._salons |= salons
            raise

    async def _open(self) -> "asyncpg.Connection[Any]":
        self._connection = await asyncpg.connect(
            self._url,
            timeout=CONNECT_SECONDS,
            command_timeout=ANSWER_SECONDS,
            server_settings={
                "application_name": f"openchair live {os.getpid()}",
                "jit": "off",
                "synchronous_commit": "off",  # a notification does not outlive a crash anyway
            },
        )
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()
