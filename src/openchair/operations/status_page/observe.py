"""Takes one look into the page's memory: what holds now, which trouble began or ended, and how the
day goes. Pure but for the memory it is given.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from openchair.operations.status_page.components import (
    DOWN,
    KEYS,
    Condition,
    Key,
    absent,
    state_of,
)
from openchair.operations.status_page.history import Day, count, turn
from openchair.operations.status_page.memory import PageMemory
from openchair.operations.status_page.settle import Settled, settle
from openchair.operations.status_page.updates import said_of
from openchair.platform.probes import Reading

MOST_MISSED = 3
"""So many rounds may fail to come before the time between two looks was not watched."""

AWAITED = timedelta(minutes=3)
"""So long after the very first look, what never worked is still starting and no outage."""


def observe(memory: PageMemory, readings: Mapping[str, Reading], *, now: datetime) -> None:
    """One look at everything, and one at what people said."""
    seen = state_of(readings)
    gone = absent(readings)
    seconds = _watched(memory, now=now)
    apart = timedelta(seconds=memory.every / 2)
    if seen and memory.began_at is None:
        memory.began_at = now
    for key in KEYS:
        if key in gone:
            _drop(memory, key, now=now)
            continue
        before = memory.settled.get(key)
        if key in seen and _is_awaited(memory, key, seen[key], now=now):
            memory.awaited.add(key)
        elif key in seen:
            memory.awaited.discard(key)
            memory.settled[key] = settle(
                before or Settled(since=now), seen[key], now=now, apart=apart
            )
        if key not in memory.settled:
            continue
        shown = shown_now(memory, key, now=now)
        _turn(memory, key, shown, before=before, now=now)
        if key in seen:
            _count(memory, key, shown, now=now, seconds=seconds)
    memory.looked_at = now
    memory.forget_old(now=now)


def shown_now(memory: PageMemory, key: Key, *, now: datetime) -> Condition:
    """What readers are told about a component."""
    settled = memory.settled.get(key)
    measured = settled.condition if settled else "operational"
    return said_of(key, measured=measured, updates=memory.updates, now=now)


def _is_awaited(memory: PageMemory, key: Key, seen: Condition, *, now: datetime) -> bool:
    """Whether it has still to work for the first time: web may listen later than we look."""
    if key in memory.settled or seen not in DOWN or any(each == key for each, _ in memory.days):
        return False
    return memory.began_at is not None and now - memory.began_at < AWAITED


def _watched(memory: PageMemory, *, now: datetime) -> float:
    """The seconds since the last look; of a longer gap, or at first, only one round counts."""
    if memory.looked_at is None:
        return memory.every
    gap = (now - memory.looked_at).total_seconds()
    return gap if 0 <= gap <= MOST_MISSED * memory.every else memory.every


def _turn(
    memory: PageMemory, key: Key, shown: Condition, *, before: Settled | None, now: datetime
) -> None:
    """What was measured began or ended at the first look that saw it; what was said, now."""
    was, settled = memory.open_span(key), memory.settled[key]
    is_measured = settled.condition == shown and settled != before and settled.looks == 0
    at = settled.since if is_measured else now
    ended, after = turn(was, component=key, condition=shown, at=at)
    for span in (ended, after):
        if span is not None and span is not was:
            memory.put_span(span)


def _count(
    memory: PageMemory, key: Key, shown: Condition, *, now: datetime, seconds: float
) -> None:
    day = now.date()
    before = memory.days.get((key, day)) or Day(component=key, day=day)
    memory.days[key, day] = count(before, condition=shown, seconds=seconds)


def _drop(memory: PageMemory, key: Key, *, now: datetime) -> None:
    memory.settled.pop(key, None)
    memory.awaited.discard(key)
    open_span = memory.open_span(key)
    if open_span is not None:
        memory.put_span(replace(open_span, until=now))
