"""One round of the watcher: look, tell, follow up, show. Each step has its own hard time-out, and
what fails in one is logged and keeps no other from its work.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import TypeVar

from openchair.notifications.errors import DeliveryFailed
from openchair.operations.alerts import lease as leases
from openchair.operations.alerts import watch as alerts
from openchair.operations.alerts.channels.heartbeat import send_heartbeat
from openchair.operations.alerts.memory import AlertMemory
from openchair.operations.health.context import WatchContext
from openchair.operations.health.prober import Prober
from openchair.operations.incidents import watch as incidents
from openchair.operations.incidents.watched import IncidentMemory
from openchair.operations.status_page import watch as status_page
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.logging.setup import logger
from openchair.platform.probes import Reading

LOOK_SECONDS = 2.5
STEP_SECONDS = 30.0
HEARTBEAT_EVERY_SECONDS = 60.0
SILENT = frozenset({"refused", "timeout"})

log = logger(__name__)
Answer = TypeVar("Answer")


class Rounds:
    """The rounds of one watcher, with what it keeps in mind between them."""

    def __init__(self, *, database: Database, prober: Prober, folder: Path) -> None:
        self._database = database
        self._prober = prober
        self._folder = folder
        self._lease = leases.Lease(holder=leases.this_watcher())
        self._alerts = AlertMemory()
        self._incidents = IncidentMemory()
        self._page = status_page.Page()
        self._last: WatchContext | None = None
        self._heartbeat: asyncio.Task[None] | None = None
        self._heartbeat_due = 0.0

    async def go(self, *, every: float) -> None:
        """One round; `every` is the interval in seconds."""
        readings = await self._prober.fresh(seconds=every / 2, within=LOOK_SECONDS)
        watch = self._last = WatchContext(
            database=self._database,
            database_alive=_is_alive(readings.get("database")),
            now=utc_now(),
            every=every,
            folder=self._folder,
        )
        self._say_that_we_live()
        if not await leases.hold(watch, lease=self._lease):
            return  # another watcher tells
        page = status_page.tick(watch, readings=readings, page=self._page)
        await asyncio.gather(self._tell(watch, readings), _step("status page", page))

    async def _tell(self, watch: WatchContext, readings: Mapping[str, Reading]) -> None:
        """Those who have to know, and then those who are called for an incident."""
        told = await _step("alerts", alerts.tick(watch, readings=readings, memory=self._alerts))
        await _step("incidents", incidents.tick(watch, alerts=told, memory=self._incidents))

    async def end(self) -> None:
        """What is on its way is told to its end; a sign of life is not waited for."""
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        if self._last is not None:
            await _step("last notices", alerts.finish(self._last, self._alerts))
            await _step("last calls", incidents.finish(self._last, self._incidents))
        await self._page.bucket.end()

    def _say_that_we_live(self) -> None:
        """To whoever listens elsewhere, beside the round, once a minute."""
        now = asyncio.get_running_loop().time()
        if now < self._heartbeat_due or (self._heartbeat and not self._heartbeat.done()):
            return
        self._heartbeat_due = now + HEARTBEAT_EVERY_SECONDS
        self._heartbeat = asyncio.create_task(_heartbeat())


async def _heartbeat() -> None:
    try:
        await send_heartbeat()
    except DeliveryFailed as failed:
        log.warning("heartbeat was not heard", error=str(failed))


async def _step(name: str, work: Awaitable[Answer]) -> Answer | None:
    """What the step answers; None when it failed or took too long, which is in the log."""
    try:
        async with asyncio.timeout(STEP_SECONDS):
            return await work
    except TimeoutError:
        log.warning("a step of the watcher took too long", step=name, seconds=STEP_SECONDS)
    except Exception:
        # Not raised: the next step and the next round go on.
        log.exception("a step of the watcher failed", step=name)
    return None


def _is_alive(reading: Reading | None) -> bool:
    """Whether it is worth asking the database: it answered, whatever else is wrong with it."""
    return reading is not None and reading.details.get("kind") not in SILENT
