"""Jobs: how they are declared, and how they are queued in the caller's own transaction.

Rooms declare jobs in their `jobs.py`; the worker runs all that are declared.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform import correlation
from openchair.platform.clock import utc_now
from openchair.platform.db.driver import driver
from openchair.platform.db.engine import Database
from openchair.platform.traces import span

CORRELATION_HEADER = "x-correlation-id"


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a running job is given: the database to open its transaction on, and an event that is
    set when the worker is to end.
    """

    database: Database
    stop: asyncio.Event = field(default_factory=asyncio.Event)


JobFunction = Callable[[JobContext, dict[str, Any]], Awaitable[None]]

declared: dict[str, JobFunction] = {}
schedules: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Queued:
    """One job to be queued: its declared name, its JSON payload, when, and its twin's key."""

    name: str
    payload: Mapping[str, Any]
    run_at: datetime | None = None
    dedupe_key: str | None = None
    priority: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)


def job(name: str, *, cron: str | None = None) -> Callable[[JobFunction], JobFunction]:
    """Declare a job under `room.verb`; with `cron` (UTC, five fields) it also runs by itself."""

    def declare(function: JobFunction) -> JobFunction:
        if name in declared:
            raise ValueError(f"two jobs are named {name}")
        declared[name] = function
        if cron is not None:
            schedules[name] = cron
        return function

    return declare


async def enqueue(
    session: AsyncSession,
    name: str,
    payload: Mapping[str, Any],
    *,
    run_at: datetime | None = None,
    dedupe_key: str | None = None,
) -> None:
    """Queue one job; it exists only if the caller's transaction commits."""
    await enqueue_all(session, [Queued(name, payload, run_at=run_at, dedupe_key=dedupe_key)])


async def enqueue_all(session: AsyncSession, jobs: Sequence[Queued]) -> None:
    """Queue several jobs by one statement. A job whose `dedupe_key` waits already is left out."""
    if not jobs:
        return
    connection = await driver(session)
    await Queries(AsyncpgDriver(connection)).enqueue(
        [each.name for each in jobs],
        [orjson.dumps(dict(each.payload), default=str) for each in jobs],
        [each.priority for each in jobs],
        [_delay(each.run_at) for each in jobs],
        [each.dedupe_key for each in jobs],
        [_headers(each) for each in jobs],
        on_conflict="skip",
    )


def _headers(queued: Queued) -> dict[str, str]:
    return {CORRELATION_HEADER: correlation.current(), **span.headers(), **queued.headers}


def _delay(run_at: datetime | None) -> timedelta:
    if run_at is None:
        return timedelta()
    return max(run_at - utc_now(), timedelta())
