"""Looks at everything in the background, so that whoever asks is answered from what is known.

Each probe runs in its own task with a hard time-out: one that hangs delays no other and no answer.
The web process and the watcher have one each; commands make one for a single round.
"""

import asyncio
from asyncio import Task
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import asyncpg

from openchair.operations.health.declared import all_probes
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.db.kept import DatabaseSilent, KeptConnection
from openchair.platform.logging.setup import logger
from openchair.platform.probes import (
    Finding,
    Probe,
    ProbeContext,
    Reading,
    State,
)

ROUND_SECONDS = 2.5
LATE_SECONDS = 0.25

log = logger(__name__)

Heard = Callable[[Reading], None]


class Prober:
    """The last reading of every probe. `tell` names who hears each new one."""

    def __init__(
        self,
        *,
        database: Database,
        watching: bool = False,
        probes: Mapping[str, Probe] | None = None,
    ) -> None:
        self.latest: dict[str, Reading] = {}
        self.kept = KeptConnection(database.url)
        self.probes = all_probes() if probes is None else probes
        self._context = ProbeContext(database=database, kept=self.kept, watching=watching)
        self._hearers: list[Heard] = []
        self._looks: dict[str, Task[Finding]] = {}
        self._readings: dict[str, Task[Reading]] = {}
        self._keepers: list[Task[None]] = []

    def tell(self, *hearers: Heard) -> None:
        """Call each of these with every new reading; they may neither wait nor raise."""
        self._hearers += hearers

    def start(self) -> None:
        """Look at everything again and again, each probe in its own rhythm; returns at once."""
        self._keepers = [asyncio.create_task(self._keep(each)) for each in self.probes.values()]

    async def stop(self) -> None:
        """Stop looking. What hangs is left behind, not waited for."""
        tasks = [*self._keepers, *self._readings.values(), *self._looks.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=LATE_SECONDS)
        await self.kept.close()

    async def round(
        self, *, within: float = ROUND_SECONDS, names: Collection[str] | None = None
    ) -> Mapping[str, Reading]:
        """Look at everything, or at `names`, now and all at once; answers after `within` seconds
        at the latest, with old readings (or none) where a look still hangs. Callers at the same
        time share one round.
        """
        wanted = [each for name, each in self.probes.items() if names is None or name in names]
        tasks = [self._reading(each) for each in wanted]
        if tasks:
            await asyncio.wait(tasks, timeout=within)
        return {each.name: self.latest[each.name] for each in wanted if each.name in self.latest}

    async def fresh(
        self, *, seconds: float, within: float = ROUND_SECONDS, names: Collection[str] | None = None
    ) -> Mapping[str, Reading]:
        """Readings that are `seconds` old at most; those that are older are had anew, as by
        `round`.
        """
        oldest = utc_now() - timedelta(seconds=seconds)
        wanted = [name for name in self.probes if names is None or name in names]
        old = [name for name in wanted if not self._is_younger(name, oldest)]
        if old:
            await self.round(within=within, names=old)
        return {name: self.latest[name] for name in wanted if name in self.latest}

    def _is_younger(self, name: str, oldest: datetime) -> bool:
        return name in self.latest and self.latest[name].at >= oldest

    async def _keep(self, probe: Probe) -> None:
        while True:
            await asyncio.wait({self._reading(probe)})
            await asyncio.sleep(probe.every)

    def _reading(self, probe: Probe) -> "Task[Reading]":
        """The look that is under way, or a new one: there is never a second."""
        task = self._readings.get(probe.name)
        if task is None or task.done():
            task = self._readings[probe.name] = asyncio.create_task(self._read(probe))
        return task

    async def _read(self, probe: Probe) -> Reading:
        began = monotonic()
        finding = await self._find(probe)
        reading = Reading(
            name=probe.name,
            state=finding.state,
            message=finding.message,
            response_time_ms=round((monotonic() - began) * 1000, 1),
            at=utc_now(),
            details=finding.details,
            measures=finding.measures,
        )
        before = self.latest.get(probe.name)
        self.latest[probe.name] = reading
        if before is not None and before.state is not reading.state:
            log.warning(
                "health changed",
                probe=probe.name,
                before=before.state.value,
                now=reading.state.value,
                message=reading.message,
            )
        for hear in self._hearers:
            hear(reading)
        return reading

    async def _find(self, probe: Probe) -> Finding:
        """What the probe finds. A look that was given up and has not ended is not begun again."""
        look = self._looks.get(probe.name)
        if look is None or look.done():
            look = self._looks[probe.name] = asyncio.create_task(_look(probe, self._context))
        began = monotonic()
        await asyncio.wait({look}, timeout=probe.timeout)
        if not look.done() and monotonic() - began > probe.timeout + LATE_SECONDS:
            await asyncio.wait({look}, timeout=LATE_SECONDS)  # it was us who were late
        if look.done() and not look.cancelled():
            return look.result()
        look.cancel()
        return Finding(
            state=State.ERROR,
            message=f"It did not answer within {probe.timeout:g} s.",
            details={"kind": "timeout"},
        )


async def _look(probe: Probe, context: ProbeContext) -> Finding:
    """What a probe cannot find out is a finding too."""
    details: dict[str, Any] = {"kind": "unknown"}
    try:
        return await probe.look(context)
    except DatabaseSilent as silent:
        message = "Not known: the database is out of reach."
        details = {"kind": "unknown", "database": silent.kind}
    except (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError):
        return Finding(
            state=State.WARNING,
            message="Not known at the moment: its table is locked, or the answer took too long.",
            details=details,
        )
    except Exception as error:
        log.exception("a probe failed", probe=probe.name)
        message = f"It could not be looked at: {type(error).__name__}."
    return Finding(state=State.ERROR, message=message, details=details)
