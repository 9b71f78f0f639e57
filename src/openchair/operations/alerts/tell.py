"""Sends planned notices and takes in what came of them. Called by `watch.py`.

A notice flies beside the looks: a channel that hangs never delays the next look. What is about to
leave is written down before (`save.py`), what came of it after.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.builtin.alerting import UNDELIVERED
from openchair.operations.alerts.channels.deliver import arrived, dead_channels, deliver
from openchair.operations.alerts.channels.targets import CHANNELS, all_targets, targets_for
from openchair.operations.alerts.memory import AlertMemory, Flight
from openchair.operations.alerts.notice import Attempt, Channel, Notice, Severity, Target
from openchair.operations.alerts.plan import Planned, Routes
from openchair.operations.alerts.severity import SEVERITIES
from openchair.operations.alerts.state import Sign
from openchair.operations.alerts.store import attempt_row
from openchair.operations.alerts.storm import page_told
from openchair.platform.logging.setup import logger

log = logger(__name__)

FIRST_REST = timedelta(seconds=15)
LONGEST_REST = timedelta(minutes=5)


class Deliver(Protocol):
    """How a notice is sent; `channels/deliver.py` in earnest. Never raises."""

    async def __call__(self, notice: Notice, *, targets: Sequence[Target]) -> list[Attempt]:
        """Every attempt."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How people are reached: who sends, and which addresses there are."""

    deliver: Deliver = deliver
    all_targets: Callable[[], Sequence[Target]] = all_targets
    targets_for: Callable[[Severity], Sequence[Target]] = targets_for

    def routes(self) -> Routes:
        """The channels of each severity for which there is an address."""
        return {
            severity: list(dict.fromkeys(each.channel for each in self.targets_for(severity)))
            for severity in SEVERITIES
        }


def board(memory: AlertMemory, planned: Iterable[Planned], *, now: datetime) -> list[Flight]:
    """Make these notices ready to leave; none while everybody was out of reach a moment ago."""
    if memory.rests_until is not None and now < memory.rests_until:
        return []
    flights = [Flight(each) for each in planned if each.channels]
    memory.flights += flights
    return flights


def depart(flights: Iterable[Flight], *, reach: Reach) -> None:
    """Let them leave, all at once."""
    for flight in flights:
        wanted = [each for each in reach.all_targets() if each.channel in flight.planned.channels]
        flight.task = asyncio.create_task(
            reach.deliver(flight.planned.notice, targets=wanted),
            name=f"alert notice {flight.planned.notice.id}",
        )


async def wait_for(flights: Iterable[Flight], *, seconds: float) -> None:
    """Wait a moment for those that are under way; who takes longer flies on."""
    tasks = [each.task for each in flights if each.task is not None]
    if tasks:
        await asyncio.wait(tasks, timeout=seconds)


def land(memory: AlertMemory, *, now: datetime) -> list[Attempt]:
    """Take in what came of every notice that is through; answers the attempts."""
    done = [each for each in memory.flights if each.task is not None and each.task.done()]
    memory.flights = [each for each in memory.flights if each not in done]
    found: list[Attempt] = []
    for flight in done:
        attempts = _outcome(memory, flight)
        found += attempts
        if arrived(attempts):
            _told(memory, flight.planned, attempts)
    memory.unsaved_attempts += [attempt_row(each) for each in found]
    _rest(memory, found, now=now)
    return found


def ground(memory: AlertMemory) -> None:
    """A look that was cut off may have left notices that never departed: they are planned anew."""
    memory.flights = [each for each in memory.flights if each.task is not None]


def signs_of_channels(
    memory: AlertMemory, attempts: Sequence[Attempt], *, reach: Reach
) -> list[Sign]:
    """Which channels are dead, as the last attempts show; of the others nobody can tell now."""
    dead, usable = dead_channels(attempts), {each.channel for each in reach.all_targets()}
    alive = {each.channel for each in attempts if each.outcome == "sent"}
    rule = memory.rules[UNDELIVERED]
    return [
        Sign(
            name=rule.name,
            component=rule.component,
            severity=rule.severity,
            action=channel,
            holds=_is_dead(channel, dead=dead, alive=alive, usable=usable),
            summary=_said(channel, attempts),
            labels={"channel": channel},
            occurrences=0,
        )
        for channel in CHANNELS
    ]


def _is_dead(
    channel: Channel,
    *,
    dead: Sequence[Channel],
    alive: set[Channel],
    usable: set[Channel],
) -> bool | None:
    if channel in dead:
        return True
    return False if channel in alive or channel not in usable else None


def _said(channel: Channel, attempts: Sequence[Attempt]) -> str:
    errors = [each.error for each in attempts if each.channel == channel and each.error]
    why = errors[-1].rstrip(".") if errors else "no answer"
    return f"Nobody could be told by {channel}: {why}."


def _outcome(memory: AlertMemory, flight: Flight) -> list[Attempt]:
    """Its attempts. One that was cut off may have arrived, and is told again with that remark."""
    task = flight.task
    if task is None or task.cancelled():
        memory.perhaps_told.update(flight.planned.fingerprints)
        return []
    if (error := task.exception()) is not None:
        memory.perhaps_told.update(flight.planned.fingerprints)
        log.error("a notice was not told to its end", exc_info=error)
        return []
    return task.result()


def _told(memory: AlertMemory, planned: Planned, attempts: Sequence[Attempt]) -> None:
    reached = {each.channel for each in attempts if each.outcome == "sent"}
    for key in planned.fingerprints:
        memory.perhaps_told.discard(key)
        if planned.notice.kind == "resolved":
            memory.ending.pop(key, None)
        elif (alert := memory.alerts.get(key)) is not None:
            memory.put(_after_telling(alert, reached, at=planned.notice.at))
        elif (ended := memory.lately.get(key)) is not None:
            # It ended while the notice was on its way.
            memory.lately[key] = replace(ended, told_at=planned.notice.at, held_back=0)
    if planned.notice.kind == "storm":
        memory.weather = page_told(memory.weather)


def _after_telling(alert: Alert, reached: set[Channel], *, at: datetime) -> Alert:
    told_at = max(at, alert.fired_at or at)
    on = {*reached, *(alert.told_on if alert.was_told else ())}
    return replace(
        alert,
        # Two notices of one look, for channels with different lists, are one telling.
        told=alert.told + int(alert.told_at != told_at),
        told_at=told_at,
        told_on=tuple(each for each in CHANNELS if each in on),
        held_back=0,
    )


def _rest(memory: AlertMemory, attempts: Sequence[Attempt], *, now: datetime) -> None:
    """When nobody at all can be reached, try again ever more seldom, but never give up."""
    if not attempts:
        return
    if arrived(attempts):
        memory.failures, memory.rests_until = 0, None
        return
    pause = min(FIRST_REST * 2 ** min(memory.failures, 10), LONGEST_REST)
    memory.failures, memory.rests_until = memory.failures + 1, now + pause
