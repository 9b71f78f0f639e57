"""Makes room when connections run out: ends sessions that sit idle inside a transaction, ours first
and the oldest first, until there is room again. Called for each reading of the database.

`plan_relief` only says whom; what is ended is written to the audit log. Sessions of operations are
never among them, and nobody who works is ended.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import asyncpg

from openchair.identity.audit.record import SYSTEM, audit_values, audit_write
from openchair.operations.health.prober import Heard
from openchair.operations.health.settings import ReliefSettings
from openchair.platform.db.kept import NAME, DatabaseSilent, KeptConnection
from openchair.platform.logging.setup import logger
from openchair.platform.probes import Reading
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings

MOST_ENDED = 200
OURS = "openchair"

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Idler:
    """A session of our database that holds a transaction open and does nothing in it."""

    pid: int
    application: str
    idle_seconds: float

    @property
    def is_ours(self) -> bool:
        """Whether a process of ours opened it; others may belong to somebody at a prompt."""
        return self.application.startswith(OURS)


def plan_relief(
    idlers: Sequence[Idler], *, longer_than: float, taken: int, most: int, down_to_percent: float
) -> list[Idler]:
    """Whom to end, in this order: ours before others', the longest idle first; all of ours that
    are idle for `longer_than` seconds, of others only as many as bring `taken` of `most`
    connections down to `down_to_percent`. Pure.
    """
    old = sorted(
        (each for each in idlers if each.idle_seconds > longer_than),
        key=lambda each: (not each.is_ours, -each.idle_seconds),
    )
    ours = [each for each in old if each.is_ours]
    wanted = ceil(taken - most * down_to_percent / 100)
    return old[: max(len(ours), min(wanted, len(old)))][:MOST_ENDED]


def is_saturated(reading: Reading) -> bool:
    """Whether PostgreSQL's connections, or those of one process's pool, are (nearly) all taken."""
    critical = load(ThresholdSettings).connections_critical_percent
    return any(
        reading.measures.get(name, 0.0) >= critical for name in ("database-connections", "pool-use")
    )


async def relieve(kept: KeptConnection) -> list[Idler]:
    """Look who idles, end whom the plan names, and write it down. Answers who was ended.

    Raises `DatabaseSilent`.
    """
    limits, longer_than = load(ThresholdSettings), load(ReliefSettings).idle_transaction_seconds
    async with kept.connection() as connection:
        taken, most = await connection.fetchval(ROOM)
        plan = plan_relief(
            await _idlers(connection),
            longer_than=longer_than,
            taken=taken,
            most=most,
            down_to_percent=limits.connections_warning_percent,
        )
        ended = [each for each in plan if await connection.fetchval(END, each.pid)]
        for each in ended:
            await _write_down(connection, each)
    if ended:
        log.warning("idlers ended", count=len(ended), pids=[each.pid for each in ended])
    return ended


def relieving(kept: KeptConnection) -> Heard:
    """For `Prober.tell`: begins a relief when a reading says saturated; one at a time."""
    under_way: set[asyncio.Task[None]] = set()

    def hear(reading: Reading) -> None:
        if reading.name == "database" and not under_way and is_saturated(reading):
            task = asyncio.create_task(_relieve_quietly(kept))
            under_way.add(task)
            task.add_done_callback(under_way.discard)

    return hear


async def _relieve_quietly(kept: KeptConnection) -> None:
    try:
        await relieve(kept)
    except (DatabaseSilent, asyncpg.PostgresError) as error:
        log.warning("relief did not end well", error=str(error)[:200])


async def _idlers(connection: "asyncpg.Connection[Any]") -> list[Idler]:
    rows = await connection.fetch(IDLERS, NAME, MOST_ENDED * 5)
    return [
        Idler(pid=row["pid"], application=row["application"], idle_seconds=row["idle_seconds"])
        for row in rows
    ]


async def _write_down(connection: "asyncpg.Connection[Any]", ended: Idler) -> None:
    write = audit_write(
        audit_values(
            actor=SYSTEM,
            action="database.end_idler",
            resource_type="database_session",
            resource_id=str(ended.pid),
            salon_id=None,
            metadata={
                "application": ended.application,
                "idle_seconds": round(ended.idle_seconds, 1),
            },
        )
    )
    await connection.execute(write.sql, *write.values)


ROOM = """
    SELECT ARRAY[count(*), current_setting('max_connections')::bigint]
    FROM pg_stat_activity WHERE backend_type = 'client backend'
"""
IDLERS = """
    SELECT pid, application_name AS application,
        extract(epoch FROM clock_timestamp() - state_change)::float8 AS idle_seconds
    FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND datname = current_database()
        AND state LIKE 'idle in transaction%' AND application_name <> $1
        AND pid <> pg_backend_pid()
    ORDER BY state_change LIMIT $2
"""
END = """
    SELECT coalesce(bool_or(pg_terminate_backend(pid)), false) FROM pg_stat_activity
    WHERE pid = $1 AND state LIKE 'idle in transaction%'
"""
"""Looked at once more: who has begun to work since then is left alone."""
