"""What every process does beside its work to be watched: sample itself, tell the others on this
machine, and add to the time series. Doors enter `observed` for as long as they are open.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from openchair.operations.metrics.record import Recorder
from openchair.operations.metrics.settings import MetricSettings
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.logging.setup import logger
from openchair.platform.metrics.process import sampling
from openchair.platform.metrics.snapshots import (
    FOLDER,
    forget_snapshot,
    snapshot,
    write_snapshot,
)
from openchair.platform.settings.base import load

FIRST_SECONDS = 1.0
"""Soon after its start a process says that it is there."""
LAST_WORDS_SECONDS = 2.0

log = logger(__name__)


@asynccontextmanager
async def observed(database: Database, *, process: str, home: Path) -> AsyncIterator[None]:
    """Observe this process until the block ends. `process` is its kind: web, worker, watch; `home`
    the data folder. Nothing in here ever fails the block.
    """
    recorder = Recorder(database, process=process)
    folder = home / FOLDER
    every = load(MetricSettings).metrics_seconds
    tasks = [
        asyncio.create_task(sampling(database.engine)),
        asyncio.create_task(_write_down(recorder, process=process, folder=folder, every=every)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                log.error("this process was observed in part only", exc_info=ended)
        await _end(recorder, process=process, folder=folder)


async def _write_down(recorder: Recorder, *, process: str, folder: Path, every: float) -> None:
    told, pause = True, min(every, FIRST_SECONDS)
    while True:
        try:
            write_snapshot(folder, taken=snapshot(process=process, now=utc_now()))
            told = True
        except OSError as error:
            if told:
                log.warning("metrics cannot be shown to others", reason=str(error))
            told = False
        await asyncio.sleep(pause)
        pause = every
        await recorder.record(now=utc_now())


async def _end(recorder: Recorder, *, process: str, folder: Path) -> None:
    """What was counted since the last time; the process does not wait long for that."""
    try:
        async with asyncio.timeout(LAST_WORDS_SECONDS):
            await recorder.record(now=utc_now())
        forget_snapshot(folder, process=process)
    except (TimeoutError, OSError) as error:
        log.warning("the last metrics of this process are lost", reason=str(error))
