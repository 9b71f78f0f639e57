"""Loops: work that a room keeps doing beside the jobs, such as draining a queue of its own.

Rooms declare them in their `jobs.py`; the worker runs all that are declared (`run_loops`). A turn
that ends in an error is logged and begun anew after a pause: a loop never ends by itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from openchair.platform import correlation
from openchair.platform.errors import Unavailable
from openchair.platform.jobs.queue import JobContext
from openchair.platform.logging.setup import logger
from openchair.platform.metrics import work

PAUSE_AFTER_ERROR_SECONDS = 2.0

log = logger(__name__)

Turn = Callable[[JobContext], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Loop:
    """One turn of work, and how long to rest (seconds) after a turn that found nothing more."""

    name: str
    every: float
    turn: Turn


declared_loops: dict[str, Loop] = {}


def loop(name: str, *, every: float) -> Callable[[Turn], Turn]:
    """Declare a loop under `room.verb`. A turn answers whether there is more to do at once."""

    def declare(turn: Turn) -> Turn:
        if name in declared_loops:
            raise ValueError(f"two loops are named {name}")
        declared_loops[name] = Loop(name, every, turn)
        return turn

    return declare


async def run_loops(context: JobContext) -> None:
    """Run every declared loop until `context.stop`; turns that are under way are finished."""
    await asyncio.gather(*(_run(each, context) for each in declared_loops.values()))


async def _run(each: Loop, context: JobContext) -> None:
    while not context.stop.is_set():
        token = correlation.adopt(None)
        try:
            with work.turn(each.name):
                rest = 0.0 if await each.turn(context) else each.every
        except Unavailable:
            log.warning("turn of a loop failed: the database is away", loop=each.name)
            rest = PAUSE_AFTER_ERROR_SECONDS
        except Exception:
            # Not raised: the next turn tries again.
            log.exception("turn of a loop failed", loop=each.name)
            rest = PAUSE_AFTER_ERROR_SECONDS
        finally:
            correlation.release(token)
        if rest:
            await _rest(context.stop, rest)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
