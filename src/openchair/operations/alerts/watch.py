"""One look of the alerting: from readings and events to alerts, and from alerts to people.

Called by `openchair/watch/` at every tick, for the watcher that holds the lease. Needs no database:
what it knows is in memory and in the watcher's folder, and is handed over when there is one again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.channels_back import signs_of_others
from openchair.operations.alerts.decide import Circumstances
from openchair.operations.alerts.evaluate import evaluate
from openchair.operations.alerts.hear import hear
from openchair.operations.alerts.heartbeat import sign_of
from openchair.operations.alerts.learn import (
    Learnt,
    end_the_rest,
    firing_names,
    notice_storm,
    take_signs,
)
from openchair.operations.alerts.load import begin, refresh
from openchair.operations.alerts.memory import AlertMemory
from openchair.operations.alerts.notice import Attempt, Notice
from openchair.operations.alerts.plan import Plan, plan_notices
from openchair.operations.alerts.save import held_row, save
from openchair.operations.alerts.settings import AlertSettings
from openchair.operations.alerts.storm import severities_of
from openchair.operations.alerts.tell import (
    Reach,
    board,
    depart,
    ground,
    land,
    signs_of_channels,
    wait_for,
)
from openchair.operations.health.context import WatchContext
from openchair.platform.probes import Reading
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

LONGEST_WAIT = 5.0
"""So long (seconds) a look waits for its notices; slower ones are taken in by a later look."""

PAGE = "/ops/alerts"


@dataclass(frozen=True, slots=True, kw_only=True)
class TickResult:
    """What this look changed: alerts that fired or ended, notices that left, attempts of which the
    outcome is known now. `open_alerts` are all that the watcher has in mind.
    """

    fired: Sequence[Alert]
    resolved: Sequence[Alert]
    open_alerts: Sequence[Alert]
    notices: Sequence[Notice]
    attempts: Sequence[Attempt]
    is_storm: bool


async def tick(
    watch: WatchContext,
    *,
    readings: Mapping[str, Reading],
    memory: AlertMemory,
    reach: Reach | None = None,
) -> TickResult:
    """Judge, decide, tell, and write down; each of it also without the database."""
    reach = reach or Reach()
    if memory.was_elsewhere(now=watch.now, every=watch.every):
        memory.forget_all()
    if not memory.is_loaded:
        await begin(watch, memory)
    memory.looked_at = watch.now
    ground(memory)
    attempts, learnt = land(memory, now=watch.now), Learnt()
    reachable = await refresh(watch, memory)
    heard = await hear(watch, memory, learnt=learnt) if reachable else False
    signs = [
        *evaluate(memory.rules.values(), readings),
        *(sign_of(each) for each in (memory.heartbeats if reachable else ())),
        *signs_of_channels(memory, attempts, reach=reach),
    ]
    if reachable:
        tried = {each.channel for each in attempts}
        signs += await signs_of_others(watch, memory, tried=tried)
    take_signs(memory, signs, now=watch.now, learnt=learnt)
    end_the_rest(memory, now=watch.now, learnt=learnt, events_heard=heard)
    notice_storm(memory, now=watch.now, learnt=learnt)
    plan = _plan(watch, memory, learnt, reach=reach)
    if flights := board(memory, plan.planned, now=watch.now):
        _note_warnings(watch, memory, plan)
    await save(watch, memory, reachable=reachable)
    depart(flights, reach=reach)
    await wait_for(memory.flights, seconds=min(watch.every, LONGEST_WAIT))
    if landed := land(memory, now=watch.now):
        attempts = [*attempts, *landed]
        take_signs(
            memory, signs_of_channels(memory, landed, reach=reach), now=watch.now, learnt=learnt
        )
        await save(watch, memory, reachable=reachable)
    memory.forget_old(now=watch.now, throttle=load(AlertSettings).throttle)
    return TickResult(
        fired=tuple(learnt.fired),
        resolved=tuple(learnt.resolved),
        open_alerts=tuple(memory.alerts.values()),
        notices=tuple(each.planned.notice for each in flights),
        attempts=tuple(attempts),
        is_storm=memory.weather.is_storm,
    )


async def finish(watch: WatchContext, memory: AlertMemory, *, seconds: float = 12.0) -> None:
    """Before the watcher ends: wait for notices on their way, and write down what came of them."""
    if not memory.flights:
        return
    await asyncio.shield(wait_for(memory.flights, seconds=seconds))
    land(memory, now=watch.now)
    await save(watch, memory, reachable=watch.database_alive)


def _plan(watch: WatchContext, memory: AlertMemory, learnt: Learnt, *, reach: Reach) -> Plan:
    """What is due now, of everything that is not being told already."""
    under_way = memory.in_flight()
    known = {**memory.ending, **memory.alerts}
    plan = plan_notices(
        [each for key, each in known.items() if key not in under_way],
        circumstances(watch, memory),
        routes=reach.routes(),
        fired=frozenset(each.fingerprint for each in learnt.fired),
        perhaps_told=frozenset(memory.perhaps_told),
        storm_severities=severities_of(memory.weather),
        link=f"{load(InstallationSettings).address}{PAGE}",
    )
    for alert in plan.alerts:
        memory.put(alert)
    memory.unsaved_attempts += [held_row(each, now=watch.now) for each in plan.held]
    return plan


def circumstances(watch: WatchContext, memory: AlertMemory) -> Circumstances:
    """Everything that decides who is told, as it is now."""
    return Circumstances(
        now=watch.now,
        throttle=load(AlertSettings).throttle,
        rules=memory.rules,
        firing=firing_names(memory, database_alive=watch.database_alive),
        silences=memory.silences,
        storm_told=memory.storm_told(),
    )


def _note_warnings(watch: WatchContext, memory: AlertMemory, plan: Plan) -> None:
    """A silence that is about to end is told of once."""
    if not plan.warned:
        return
    memory.warned += plan.warned
    told = {each.id for each in plan.warned}
    memory.silences = tuple(
        replace(each, warned_at=watch.now) if each.id in told else each for each in memory.silences
    )
