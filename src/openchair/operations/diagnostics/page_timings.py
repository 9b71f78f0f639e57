"""Asks our own pages again and again for some seconds and says how fast they answered, beside what
visitors' browsers measured. `openchair performance monitor`; bounded in rate and time.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from math import ceil
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.diagnostics.own_site import Answered, ask, caller
from openchair.operations.metrics.queries import lines
from openchair.platform.metrics.catalogue import VITAL_DURATION, VITAL_SHIFT

MOST_SECONDS = 600
MOST_A_SECOND = 50
MOST_AT_ONCE = 20
VITALS_SINCE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Answers of one path, in milliseconds; percentiles are of those that came."""

    path: str
    asked: int
    failed: int
    p50_ms: float | None
    p95_ms: float | None
    slowest_ms: float | None
    first_byte_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vital:
    """What three of four visitors' browsers were within (milliseconds; CLS: a score)."""

    vital: str
    p75: float
    visits: int


async def sample(
    address: str, *, paths: Sequence[str], seconds: float, a_second: float
) -> AsyncIterator[Answered]:
    """Each answer as it comes, the paths in turn. An answer that takes long holds up no other, but
    at most twenty are waited for at once.
    """
    ends = monotonic() + min(seconds, MOST_SECONDS)
    pause = 1 / min(max(a_second, 0.1), MOST_A_SECOND)
    running: set[asyncio.Task[Answered]] = set()
    async with caller(address, timeout=30.0) as asking:
        for number in count():
            due = monotonic()
            if due >= ends:
                break
            if len(running) < MOST_AT_ONCE:
                running.add(asyncio.create_task(ask(asking, paths[number % len(paths)])))
            done, running = await _settled(running, seconds=pause)
            for each in done:
                yield each
            await asyncio.sleep(max(0.0, pause - (monotonic() - due)))
        for ended in asyncio.as_completed(running):
            yield await ended


async def _settled(
    running: set["asyncio.Task[Answered]"], *, seconds: float
) -> tuple[list[Answered], set["asyncio.Task[Answered]"]]:
    if not running:
        return [], running
    done, rest = await asyncio.wait(running, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    return [each.result() for each in done], rest


def timings(answers: Sequence[Answered]) -> list[Timing]:
    """By path, in the order they were asked first."""
    found = []
    for path in dict.fromkeys(each.path for each in answers):
        own = [each for each in answers if each.path == path]
        good = sorted(each.total_ms for each in own if each.status)
        first = sorted(each.first_byte_ms for each in own if each.status)
        found.append(
            Timing(
                path=path,
                asked=len(own),
                failed=sum(not each.is_fine for each in own),
                p50_ms=_at(good, 0.5),
                p95_ms=_at(good, 0.95),
                slowest_ms=good[-1] if good else None,
                first_byte_ms=_at(first, 0.5),
            )
        )
    return found


async def read_vitals(session: AsyncSession, *, now: datetime) -> list[Vital]:
    """Of the last seven days, of those who agreed; empty when nobody did."""
    found = []
    for metric, factor in ((VITAL_DURATION, 1000.0), (VITAL_SHIFT, 1.0)):
        by = ("vital",) if metric is VITAL_DURATION else ()
        for line in await lines(
            session, name=metric.name, since=now - VITALS_SINCE, until=now, by=by, points=1
        ):
            together = line.points[-1].sum if line.points else None
            value = together.percentile(0.75) if together else None
            if together is not None and value is not None:
                name = line.labels.get("vital", "CLS")
                found.append(Vital(vital=name, p75=value * factor, visits=together.count))
    return found


def _at(ordered: Sequence[float], share: float) -> float | None:
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None
