"""One look of the incidents: they open, take alerts in, remind, escalate, recover and close.

Called by `openchair/watch/` after each look of the alerting. Needs no database: what it knows is in
memory and in `incidents.json`, and is written into PostgreSQL once there is one again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from uuid import UUID

from openchair.operations.alerts.watch import TickResult
from openchair.operations.health.context import WatchContext
from openchair.operations.incidents.calls import LONGEST_WAIT, Reach, depart, land, wait_for
from openchair.operations.incidents.escalate import escalate, in_order, remind
from openchair.operations.incidents.follow import Patience, Seen, follow, tell_versions
from openchair.operations.incidents.incident import Incident
from openchair.operations.incidents.incident_file import read_incidents
from openchair.operations.incidents.load import refresh
from openchair.operations.incidents.save import save
from openchair.operations.incidents.settings import IncidentSettings
from openchair.operations.incidents.tell import link_to
from openchair.operations.incidents.watched import Call, Commander, IncidentMemory, Version
from openchair.operations.oncall.snapshot import OnCall, read_snapshot
from openchair.platform.logging.setup import logger
from openchair.platform.settings.base import load

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTick:
    """What this look changed. `open_incidents` are all that are open, the worst first, also while
    the database is away (then without a number).
    """

    opened: Sequence[Incident]
    closed: Sequence[Incident]
    open_incidents: Sequence[Incident]
    calls: Sequence[Call]


async def tick(
    watch: WatchContext,
    *,
    alerts: TickResult | None,
    memory: IncidentMemory,
    reach: Reach | None = None,
) -> IncidentTick:
    """Follow, remind, escalate and write down; each of it also without the database. Without a
    result of the alerting (it failed at this look) only the clocks go on.
    """
    reach = reach or Reach()
    if not memory.is_loaded:
        await _begin(watch, memory)
    land(memory, now=watch.now)
    reading = await refresh(watch, memory)
    known = {each.incident.id for each in memory.open_ones()}
    people = _people(memory)
    follow(
        memory,
        _seen(alerts, reading.ended if reading else {}),
        patience=_patience(),
        commander=_commander(people),
        now=watch.now,
    )
    calls = _calls(memory, people=people, reach=reach, now=watch.now)
    closed = tuple(each.incident for each in memory.watched.values() if not each.incident.is_open)
    await save(watch, memory, reachable=reading is not None)
    depart(memory, calls, reach=reach)
    await wait_for(memory, seconds=min(watch.every, LONGEST_WAIT))
    if land(memory, now=watch.now):
        await save(watch, memory, reachable=reading is not None)
    open_now = tuple(each.incident for each in memory.open_ones())
    return IncidentTick(
        opened=tuple(each for each in open_now if each.id not in known),
        closed=closed,
        open_incidents=open_now,
        calls=tuple(calls),
    )


async def finish(
    watch: WatchContext, memory: IncidentMemory, *, seconds: float = LONGEST_WAIT
) -> None:
    """Before the watcher ends: wait for calls on their way, and write down what came of them."""
    if memory.flights:
        await wait_for(memory, seconds=seconds)
        land(memory, now=watch.now)
        await save(watch, memory, reachable=watch.database_alive)


async def _begin(watch: WatchContext, memory: IncidentMemory) -> None:
    """Where an earlier watcher ended; a version that is another than its one is a deploy."""
    found = await asyncio.to_thread(read_incidents, watch.folder)
    memory.restore(found)
    current = version("openchair")
    if not memory.versions or memory.versions[-1].version != current:
        is_first = not memory.versions
        # Of the first one nobody knows since when it runs.
        at = datetime.min.replace(tzinfo=watch.now.tzinfo) if is_first else watch.now
        memory.versions = (*memory.versions, Version(version=current, at=at))
        for watched in memory.open_ones():
            tell_versions(memory, watched, memory.versions[-1:])
    memory.is_loaded = True


def _seen(alerts: TickResult | None, ended: dict[UUID, datetime]) -> Seen:
    if alerts is None:
        return Seen()
    current = {each.id for each in alerts.open_alerts}
    over = {each.id: each.resolved_at for each in alerts.resolved if each.resolved_at is not None}
    told = {key: at for key, at in ended.items() if key not in current}
    return Seen(alerts=alerts.open_alerts, ended={**told, **over}, attempts=alerts.attempts)


def _calls(
    memory: IncidentMemory, *, people: Sequence[OnCall], reach: Reach, now: datetime
) -> list[Call]:
    targets = reach.all_targets()
    found: list[Call | None] = []
    under_way = {each.call.incident_id for each in memory.flights if each.call.person}
    for each in memory.open_ones():
        link = link_to(each.incident)
        found.append(remind(memory, each, targets=targets, link=link, now=now))
        watched = memory.watched[each.incident.id]
        if load(IncidentSettings).incident_escalation and each.incident.id not in under_way:
            found.append(
                escalate(memory, watched, people=people, targets=targets, link=link, now=now)
            )
    return [each for each in found if each is not None]


def _people(memory: IncidentMemory) -> tuple[OnCall, ...]:
    try:
        return read_snapshot(memory.contacts)
    except (KeyError, ValueError):
        log.exception("the contacts that the watcher wrote down cannot be read")
        return ()


def _commander(people: Sequence[OnCall]) -> Commander | None:
    queue = in_order(people)
    return Commander(name=queue[0].name, contact_id=queue[0].id) if queue else None


def _patience() -> Patience:
    settings = load(IncidentSettings)
    return Patience(
        which=frozenset(settings.incident_alerts),
        within=timedelta(minutes=settings.incident_group_minutes),
        quiet=timedelta(minutes=settings.incident_quiet_minutes),
    )
