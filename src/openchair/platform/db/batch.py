"""Gathers what several tasks want to write at the same moment into one statement and one commit.

While one statement runs, what comes meanwhile waits together for the next: under load the
commits are shared, alone nobody waits. Measured by benchmarks/delivery.py and webhook_ingest.py.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

MOST_AT_ONCE = 200


class Batch(Generic[Item, Answer]):
    """One kind of write. `write` is given the items and answers as many, in their order."""

    def __init__(self, write: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]]) -> None:
        self._write = write
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Answer:
        """Write one item with whoever else is writing. Raises what the common write raised."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        return await answer

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                taken = self._waiting[:MOST_AT_ONCE]
                del self._waiting[:MOST_AT_ONCE]
                await self._write_some(taken)
        finally:
            self._writer = None

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
