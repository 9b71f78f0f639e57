"""Runs what may block for ever (a disk, a library without a loop) in a thread of its own.

One thread a name: while one is stuck, whoever asks again waits for that one, so that a hanging
disk costs one thread and never those that the rest of the process lives on. Probes call it.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar, cast

Result = TypeVar("Result")

_under_way: dict[str, Future[object]] = {}


async def apart(name: str, work: Callable[[], Result]) -> Result:
    """What `work` answers or raises. A caller that gives up leaves the thread to itself."""
    found = _under_way.get(name)
    if found is None or found.done():
        found = _under_way[name] = Future()
        threading.Thread(target=_run, args=(found, work), name=name, daemon=True).start()
    return cast("Result", await asyncio.shield(asyncio.wrap_future(found)))


def _run(future: "Future[object]", work: Callable[[], object]) -> None:
    try:
        answer = work()
    except BaseException as error:  # noqa: BLE001 -- carried to whoever waits
        future.set_exception(error)
    else:
        future.set_result(answer)
