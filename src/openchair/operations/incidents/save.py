"""Writes down what the watcher knows of incidents: into its file always, into PostgreSQL when it is
there. Called by `watch.py` before anybody is called and after.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.alerts.store import write_attempts
from openchair.operations.health.context import WatchContext
from openchair.operations.incidents import store
from openchair.operations.incidents.incident_file import write_incidents
from openchair.operations.incidents.timeline import enter
from openchair.operations.incidents.watched import SNAPSHOT, IncidentMemory
from openchair.platform.errors import Unavailable
from openchair.platform.logging.setup import logger

DATABASE_SECONDS = 4.0

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the database took, once its transaction is over: incidents' numbers, how many lines and
    attempts, and which alerts belong to their incidents now.
    """

    numbers: Mapping[UUID, int]
    entries: int
    attempts: int
    linked: set[UUID]


async def save(watch: WatchContext, memory: IncidentMemory, *, reachable: bool) -> None:
    """File first, so that a death in between loses nothing; then the database, and the file again,
    so that nothing that was handed over is handed over later.
    """
    memory.bound()
    await _to_file(watch, memory)
    if not reachable:
        return
    try:
        async with watch.asking(within=DATABASE_SECONDS) as session:
            written = await write_all(session, memory)
    except Unavailable:
        log.warning("the database takes no incidents; the watcher's file keeps them")
        return
    handed_over(memory, written)
    await _to_file(watch, memory)


async def write_all(session: AsyncSession, memory: IncidentMemory) -> Written:
    """Everything that is in no database yet, in the caller's transaction; call `handed_over` after
    its commit.
    """
    numbers = {
        each.incident.id: await store.write_watched(session, each)
        for each in memory.watched.values()
    }
    entries, attempts = list(memory.unsaved), list(memory.unsaved_attempts)
    await enter(session, entries=entries)
    await write_attempts(session, attempts)
    linked = await store.write_links(session, memory.links)
    return Written(numbers=numbers, entries=len(entries), attempts=len(attempts), linked=linked)


def handed_over(memory: IncidentMemory, written: Written) -> None:
    """The database has it now; what is closed needs no more watching."""
    del memory.unsaved[: written.entries]
    del memory.unsaved_attempts[: written.attempts]
    for key, number in written.numbers.items():
        each = memory.watched[key].changed(number=number)
        memory.watched[key] = replace(each, base=each.incident)
        if not each.incident.is_open:
            del memory.watched[key]
    memory.links = {
        alert: incident
        for alert, incident in memory.links.items()
        if alert not in written.linked and incident in memory.watched
    }


async def _to_file(watch: WatchContext, memory: IncidentMemory) -> None:
    content = SNAPSHOT.dump_json(memory.snapshot())
    if content == memory.written:
        return
    try:
        await asyncio.to_thread(write_incidents, watch.folder, content)
    except OSError:
        log.exception("incidents cannot be written beside the database")
        return
    memory.written = content
