"""Gathers what several tasks want to write at the same moment into one statement and one commit.

While one statement runs, what comes meanwhile waits together for the next: under load the
commits are shared, alone nobody waits. Measured by benchmarks/delivery.py and webhook_ingest.py.
`docs/adr/0011-webhooks-share-a-commit.md` says what the patience is for.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from openchair.platform.errors import Unavailable

Item = TypeVar("Item")
Answer = TypeVar("Answer")

MOST_AT_ONCE = 200
MOST_WAITING = 5_000


class Batch(Generic[Item, Answer]):
    """One kind of write. `write` is given the items and answers as many, in their order.

    After a statement that was shared, the next one waits up to `patience` seconds for as many
    companions again; what comes alone is never held up for anybody.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        patience: float = 0.0,
    ) -> None:
        self._write = write
        self._patience = patience
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._enough = 1
        self._together = asyncio.Event()

    async def add(self, item: Item) -> Answer:
        """Write one item with whoever else is writing. Raises what the common write raised, and
        `Unavailable` when 5,000 wait already.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable("We cannot keep up at the moment. Please send this again shortly.")
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if len(self._waiting) >= self._enough:
            self._together.set()
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        return await answer

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                taken = self._waiting[:MOST_AT_ONCE]
                del self._waiting[:MOST_AT_ONCE]
                await self._write_some(taken)
                if self._patience and len(self._waiting) < len(taken) > 1:
                    await self._gather(len(taken))
        finally:
            self._writer = None

    async def _gather(self, enough: int) -> None:
        self._enough = enough
        self._together.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await self._together.wait()

    async def _write_some(self, taken: list[tuple[Item, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers = await self._write([item for item, _ in taken])
        except Exception as error:  # noqa: BLE001 -- passed on to everybody who waits for it
            for _, waiting in taken:
                if not waiting.done():
                    waiting.set_exception(error)
            return
        for (_, waiting), answer in zip(taken, answers, strict=True):
            if not waiting.done():
                waiting.set_result(answer)
