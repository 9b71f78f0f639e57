"""What the watcher has to know before it judges: its own memory from before a restart, and what
people decided meanwhile. Called by `watch.py`.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.alerts import spool, store
from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.memory import AlertMemory, Snapshot
from openchair.operations.alerts.rules import effective
from openchair.operations.alerts.state import FLAP_WINDOW
from openchair.operations.alerts.state_file import read_state
from openchair.operations.health.context import WatchContext
from openchair.platform.errors import Unavailable
from openchair.platform.logging.setup import logger

DATABASE_SECONDS = 2.0
"""How long a look waits for a database that has just fallen silent: the next one tells of it."""
WRITERS: dict[str, spool.Write] = {
    "alert": store.write_alerts,
    "attempt": store.write_attempts,
}

log = logger(__name__)


async def begin(watch: WatchContext, memory: AlertMemory) -> None:
    """Begin where an earlier watcher ended: from the database, and from the file where that is
    newer; from the file alone when the database is away.
    """
    left = await asyncio.to_thread(read_state, watch.folder)
    kept: Snapshot | None = None
    if watch.database_alive:
        try:
            kept = await _from_database(watch, memory)
        except Unavailable:
            log.warning("the watcher begins without the database")
    memory.take_rules(effective(memory.definitions), memory.definitions)
    if left is not None and _is_current(left, kept):
        memory.restore(left)
        _take_file(memory, left)
    if kept is not None:
        memory.restore(kept)
    memory.take_rules(effective(memory.definitions), memory.definitions)
    memory.is_loaded = True


async def refresh(watch: WatchContext, memory: AlertMemory) -> bool:
    """Hand over what waited for the database, and read what people decided: rules, silences,
    heartbeats, acknowledgements. Answers whether that could be done.
    """
    if not watch.database_alive:
        return False
    try:
        if spool.size_of(watch.folder):
            await hand_over(watch)
        async with watch.asking(within=DATABASE_SECONDS) as session:
            definitions = await store.read_definitions(session)
            memory.silences = await store.read_silences(session, now=watch.now)
            memory.heartbeats = await store.read_heartbeats(session)
            stored = await store.read_open(session)
    except Unavailable:
        log.warning("the database did not say what people decided; the last known holds")
        return False
    if definitions != memory.definitions or not memory.rules:
        memory.take_rules(effective(definitions), definitions)
    _adopt(memory, stored)
    return True


async def hand_over(watch: WatchContext) -> int:
    """Write what the spool holds into the database, once. Raises `Unavailable`."""
    async with watch.asking(within=DATABASE_SECONDS * 5) as session:
        count = await spool.flush(session, watch.folder, writers=WRITERS)
    spool.discard(watch.folder)
    log.info("what the watcher wrote down beside the database is in it", rows=count)
    return count


async def _from_database(watch: WatchContext, memory: AlertMemory) -> Snapshot | None:
    if spool.size_of(watch.folder):
        await hand_over(watch)
    async with watch.asking(within=DATABASE_SECONDS) as session:
        memory.definitions = await store.read_definitions(session)
        for each in await store.read_open(session):
            memory.alerts[each.fingerprint] = each
        await _remember_ended(session, memory, since=watch.now - FLAP_WINDOW)
        return await store.read_snapshot(session)


async def _remember_ended(session: AsyncSession, memory: AlertMemory, *, since: datetime) -> None:
    for each in await store.read_ended(session, since=since):
        memory.remember(each)


def _is_current(left: Snapshot, kept: Snapshot | None) -> bool:
    """Whether the file knows more than the database: unless another watcher told meanwhile."""
    return kept is None or left.writer == kept.writer or left.saved_at >= kept.saved_at


def _take_file(memory: AlertMemory, left: Snapshot) -> None:
    """The file is newer than what the database knows: it wins, except in what people decided."""
    known = {each.id: each for each in memory.alerts.values()}
    for each in left.alerts:
        memory.put(_decided(each, known.get(each.id)))
    memory.ending |= {each.fingerprint: each for each in left.ending}
    memory.lately |= left.lately


def _adopt(memory: AlertMemory, stored: Iterable[Alert]) -> None:
    """Take over acknowledgements, and what somebody else opened, such as the worker when we were
    silent.
    """
    for each in stored:
        known = memory.alerts.get(each.fingerprint)
        if known is None and each.id not in memory.unsaved:
            memory.alerts[each.fingerprint] = each
        elif known is not None and known.id == each.id:
            memory.alerts[each.fingerprint] = _decided(known, each)


def _decided(alert: Alert, stored: Alert | None) -> Alert:
    if stored is None:
        return alert
    return replace(
        alert,
        acknowledged_by=stored.acknowledged_by,
        acknowledged_at=stored.acknowledged_at,
        acknowledged_until=stored.acknowledged_until,
        incident_id=stored.incident_id,
    )
