"""What this process uses, and how late its event loop is. `sampling` runs beside the process's own
work (operations/metrics/observe.py); `look_at_process` also before anybody reads.
"""

import asyncio
import os
import socket
from time import monotonic
from typing import cast

import psutil
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from openchair.platform.metrics.catalogue import (
    CPU,
    LOOP_LAG,
    MEMORY,
    OPEN_FILES,
    POOL_IN_USE,
    POOL_SIZE,
)
from openchair.platform.metrics.requests import in_flight, serves

SAMPLE_SECONDS = 0.5
INSTANCE = f"{socket.gethostname()}:{os.getpid()}"

_process = psutil.Process()
_memory, _files, _cpu = MEMORY.of(), OPEN_FILES.of(), CPU.of()
_lag, _in_use, _size = LOOP_LAG.of(), POOL_IN_USE.of(), POOL_SIZE.of()


def look_at_process() -> None:
    """Memory, open files and processor time, as the kernel counts them."""
    with _process.oneshot():
        _memory.sample(float(_process.memory_info().rss))
        spent = _process.cpu_times()
    _files.sample(float(_process.num_fds()))
    _cpu.inc(max(spent.user + spent.system - _cpu.total, 0.0))


async def sampling(engine: AsyncEngine) -> None:
    """Twice a second, until cancelled: the loop's lag, the pool, the requests in flight."""
    while True:
        asked = monotonic()
        await asyncio.sleep(SAMPLE_SECONDS)
        _lag.observe(max(monotonic() - asked - SAMPLE_SECONDS, 0.0))
        if serves():
            in_flight.sample(in_flight.last)
        pool = cast("QueuePool", engine.pool)
        _in_use.sample(float(pool.checkedout()))
        _size.sample(float(pool.size()))
