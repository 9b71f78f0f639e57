"""Writes down what the watcher knows: into its file always, into PostgreSQL when it is there, else
into the spool. Called by `watch.py` before notices leave and after they arrived.
"""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import text

from openchair.operations.alerts import spool, store
from openchair.operations.alerts.lease import this_watcher
from openchair.operations.alerts.load import DATABASE_SECONDS
from openchair.operations.alerts.memory import SNAPSHOT, AlertMemory
from openchair.operations.alerts.notice import Channel, Severity
from openchair.operations.alerts.plan import HeldBack
from openchair.operations.alerts.spool import Row
from openchair.operations.alerts.state_file import write_state
from openchair.operations.health.context import WatchContext
from openchair.platform.errors import Unavailable
from openchair.platform.ids import new_id
from openchair.platform.logging.setup import logger

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
MOST_WAITING = 2000

log = logger(__name__)


async def save(watch: WatchContext, memory: AlertMemory, *, reachable: bool) -> None:
    """File first, then the database. Neither stops the other, and neither stops the telling."""
    await _to_file(watch, memory)
    if reachable and await _to_database(watch, memory):
        return
    try:
        await asyncio.to_thread(_to_spool, watch, memory)
    except OSError:
        log.exception("the watcher's spool cannot be written")


def held_row(held: HeldBack, *, now: datetime) -> Row:
    """What was held back at one look on one channel, beside the attempts."""
    return _held(held.channel, held.severity, reason=held.reason, count=held.count, now=now)


def _held(channel: Channel, severity: Severity, *, reason: str, count: int, now: datetime) -> Row:
    identifier = str(new_id())
    return {
        "id": identifier,
        "notice_id": identifier,
        "kind": reason,
        "channel": channel,
        "target": "",
        "severity": severity,
        "title": "",
        "outcome": "held",
        "instead_of": None,
        "status_code": None,
        "error": None,
        "duration_ms": 0,
        "alert_ids": [],
        "held_back": count,
        "created_at": now.isoformat(),
    }


async def _to_file(watch: WatchContext, memory: AlertMemory) -> None:
    found = memory.snapshot(now=watch.now, writer=this_watcher(), with_alerts=True)
    lasting = SNAPSHOT.dump_json(replace(found, saved_at=NEVER, cursor=None, seen_ids=()))
    if lasting == memory.written:
        return
    try:
        await asyncio.to_thread(write_state, watch.folder, SNAPSHOT.dump_json(found))
    except OSError:
        log.exception("the watcher's state cannot be written")
        return
    memory.written = lasting


async def _to_database(watch: WatchContext, memory: AlertMemory) -> bool:
    alerts, attempts = list(memory.unsaved.values()), memory.unsaved_attempts[:]
    warned = [str(each.id) for each in memory.warned]
    snapshot = memory.snapshot(now=watch.now, writer=this_watcher(), with_alerts=False)
    try:
        async with watch.asking(within=DATABASE_SECONDS) as session:
            await store.write_alerts(session, [store.row_of(each) for each in alerts])
            await store.write_attempts(session, attempts)
            if warned:
                await session.execute(WARNED, {"ids": warned, "now": watch.now})
            await store.write_snapshot(session, snapshot, holder=this_watcher())
    except Unavailable:
        log.warning("the database takes nothing from the watcher; its spool does")
        return False
    for alert in alerts:
        if memory.unsaved.get(alert.id) is alert:
            del memory.unsaved[alert.id]
    del memory.unsaved_attempts[: len(attempts)]
    memory.warned.clear()
    return True


def _to_spool(watch: WatchContext, memory: AlertMemory) -> None:
    """What is over, and what was tried; what is still open stands in the file already."""
    over = [each for each in memory.unsaved.values() if each.status == "resolved"]
    spool.append(watch.folder, kind="alert", rows=[store.row_of(each) for each in over])
    spool.append(watch.folder, kind="attempt", rows=memory.unsaved_attempts)
    memory.unsaved_attempts.clear()
    for each in over:
        del memory.unsaved[each.id]


WARNED = text("""
    UPDATE alert_silences SET warned_at = :now WHERE id = ANY(CAST(:ids AS uuid[]))
""")
