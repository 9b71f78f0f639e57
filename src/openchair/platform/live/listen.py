"""Hears which salons have changed and wakes the streams that show them: one connection for all
streams of a web process, opened when the first of them begins and closed with the last.

It connects again by itself. Every stream is woken whenever it begins to listen, so that what was
told to nobody in between is looked at all the same.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import asyncpg

from openchair.platform.errors import Unavailable
from openchair.platform.live.announce import CHANNEL, FAILURES
from openchair.platform.logging.setup import logger

MOST_STREAMS = 1_000
CONNECT_SECONDS = 3.0
LOOK_EVERY_SECONDS = 10.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 1.0

log = logger(__name__)


class Subscription:
    """One stream's ear: woken by changes of its salon, and when the process ends."""

    def __init__(self) -> None:
        self.ended = False
        """The process is about to end: whoever listens should let go."""
        self._woken = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        """Whether something changed within `seconds`; several changes are one."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True

    def wake(self, *, ended: bool = False) -> None:
        """There is something to look at."""
        self.ended = self.ended or ended
        self._woken.set()


class Listener:
    """The one connection of a web process that hears changes. `url` is a libpq URL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._streams: dict[UUID, set[Subscription]] = {}
        self._running: asyncio.Task[None] | None = None
        self._ended = False

    @asynccontextmanager
    async def subscribe(self, salon_id: UUID) -> AsyncIterator[Subscription]:
        """Hear of this salon until the block ends; woken at once if it is listened already."""
        mine = Subscription()
        self._streams.setdefault(salon_id, set()).add(mine)
        if self._running is None and not self._ended:
            self._running = asyncio.create_task(self._listen_on())
        else:
            mine.wake(ended=self._ended)
        try:
            yield mine
        finally:
            self._leave(salon_id, mine)

    def require_room(self) -> None:
        """Raises `Unavailable` when the process has a thousand streams; asked before one begins."""
        if self.streams >= MOST_STREAMS:
            raise Unavailable("Too many calendars are open here. Please try again shortly.")

    @property
    def streams(self) -> int:
        """How many listen now."""
        return sum(len(each) for each in self._streams.values())

    def end(self) -> None:
        """Let every stream end, now and from now on. Called when the process begins to end."""
        self._ended = True
        self._wake_all(ended=True)

    async def close(self) -> None:
        """End, and let go of the connection."""
        self.end()
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    def _leave(self, salon_id: UUID, mine: Subscription) -> None:
        others = self._streams[salon_id]
        others.discard(mine)
        if not others:
            del self._streams[salon_id]
        if not self._streams and self._running is not None:
            self._running.cancel()
            self._running = None

    async def _listen_on(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                async with _listening(self._url, self._hear) as (connection, lost):
                    self._wake_all()
                    pause = FIRST_PAUSE_SECONDS
                    await _look_after(connection, lost)
            except FAILURES as error:
                log.warning("changes are not heard for a moment", why=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _hear(self, *said: object) -> None:
        """The driver hands over connection, process id, channel and the salon."""
        try:
            salon_id = UUID(str(said[-1]))
        except ValueError:  # anybody who is let into the database may notify
            log.warning("a notification names no salon")
            return
        for each in self._streams.get(salon_id, ()):
            each.wake()

    def _wake_all(self, *, ended: bool = False) -> None:
        for streams in self._streams.values():
            for each in streams:
                each.wake(ended=ended)


@asynccontextmanager
async def _listening(url: str, hear: Any) -> AsyncIterator[tuple[Any, asyncio.Event]]:
    """A connection that hears, and whether it was lost."""
    lost = asyncio.Event()
    connection = await asyncpg.connect(
        url,
        timeout=CONNECT_SECONDS,
        command_timeout=CONNECT_SECONDS,
        server_settings={"application_name": f"openchair live {os.getpid()}"},
    )
    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(CHANNEL, hear)
        yield connection, lost
    finally:
        connection.terminate()


async def _look_after(connection: Any, lost: asyncio.Event) -> None:
    """Until it is lost. A server that vanished without a word does not answer a question."""
    while not lost.is_set():
        try:
            async with asyncio.timeout(LOOK_EVERY_SECONDS):
                await lost.wait()
        except TimeoutError:
            await connection.execute("SELECT 1")
