"""Probes of the database, and of our clock against its own. Declared for the prober."""

import time
from dataclasses import dataclass
from time import monotonic
from typing import Any

import asyncpg

from openchair.platform.db.kept import NAME, DatabaseSilent
from openchair.platform.probes import Finding, ProbeContext, State, graded, probe
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings

SKEW_WARNING_MS = 1000.0
SKEW_ERROR_MS = 5000.0
JUMP_SECONDS = 60.0
POOL_WARNING_PERCENT = 90.0


@probe("database", every=2.0, vital=True)
async def database(context: ProbeContext) -> Finding:
    """Connects, answers, and how crowded it is. Whatever still answers is a warning at most."""
    pool = {"pool-use": context.database.use_percent}
    try:
        row = await context.kept.fetchrow(ACTIVITY, NAME)
    except DatabaseSilent as silent:
        return Finding(
            state=State.ERROR,
            message=silent.message,
            details={"kind": silent.kind},
            measures=pool,
        )
    except asyncpg.PostgresError as error:
        return Finding(
            state=State.ERROR,
            message=f"The database does not answer what we ask: {type(error).__name__}.",
            details={"kind": "timeout"},
            measures=pool,
        )
    measures = {
        "database-latency": context.kept.answer_ms,
        "database-connections": round(100 * row["taken"] / row["most"], 1),
        "blocked-queries": float(row["blocked"]),
        "idle-in-transaction": float(row["idle"]),
        "longest-transaction": round(row["longest"], 1),
        **pool,
    }
    state, words = _crowded(row, measures)
    return Finding(
        state=state,
        message=words,
        details={
            "connections": row["taken"],
            "max_connections": row["most"],
            "reserved": row["reserved"],
            "idle_seconds": round(row["idle_seconds"], 1),
        },
        measures=measures,
    )


def _crowded(row: "asyncpg.Record", measures: dict[str, float]) -> tuple[State, str]:
    limits = load(ThresholdSettings)
    told = []
    if measures["database-connections"] > limits.connections_warning_percent:
        told.append(f"{row['taken']} of {row['most']} connections are taken")
    if measures["pool-use"] > POOL_WARNING_PERCENT:
        told.append("every connection of this process is in use")
    if row["blocked"]:
        told.append(f"{row['blocked']} queries wait for a lock")
    if told:
        return State.WARNING, f"Answers, but {', '.join(told)}."
    return State.HEALTHY, f"Answers in {measures['database-latency']:g} ms."


@dataclass(slots=True)
class _Clocks:
    """Wall and monotonic clock at the last look, and the last jump of one against the other."""

    wall: float = 0.0
    steady: float = 0.0
    jump_ms: float = 0.0
    jumped_at: float = 0.0


_last = _Clocks()


@probe("clock")
async def clock(context: ProbeContext) -> Finding:
    """Our wall clock against the database's, and whether it jumped since we looked last."""
    jump = note_jump(_last, wall=time.time(), steady=monotonic())
    details: dict[str, Any] = {"jump_ms": round(jump, 1)}
    try:
        async with context.kept.connection() as connection:
            asked, began = time.time(), monotonic()
            theirs = float(await connection.fetchval(THEIR_CLOCK))
            skew = (asked + (monotonic() - began) / 2 - theirs) * 1000
        details["ahead_of_database_ms"] = round(skew, 1)
    except (DatabaseSilent, asyncpg.PostgresError):
        skew = 0.0
    worse = jump if abs(jump) > abs(skew) else skew
    state = graded(abs(worse), warning=SKEW_WARNING_MS, critical=SKEW_ERROR_MS)
    return Finding(
        state=state,
        message=_clock_words(worse, state=state, compared="ahead_of_database_ms" in details),
        details=details,
        measures={"clock-skew": round(abs(worse), 1)},
    )


def note_jump(last: _Clocks, *, wall: float, steady: float) -> float:
    """By how much (ms) the wall clock jumped against the steady one, at most a minute ago."""
    if last.steady:
        jump = ((wall - last.wall) - (steady - last.steady)) * 1000
        if abs(jump) > SKEW_WARNING_MS / 2:
            last.jump_ms, last.jumped_at = jump, steady
    last.wall, last.steady = wall, steady
    return last.jump_ms if last.jump_ms and steady - last.jumped_at < JUMP_SECONDS else 0.0


def _clock_words(worse: float, *, state: State, compared: bool) -> str:
    if state is not State.HEALTHY:
        way = "ahead of" if worse > 0 else "behind"
        return f"Our clock is {abs(worse) / 1000:.1f} s {way} what it should be."
    if not compared:
        return "Runs steadily; the database could not be asked for its own."
    return f"Within {abs(worse):.0f} ms of the database's."


ACTIVITY = """
    WITH sessions AS (
        SELECT pid, datname = current_database() AS here, state,
            extract(epoch FROM clock_timestamp() - xact_start)::float8 AS open_for,
            extract(epoch FROM clock_timestamp() - state_change)::float8 AS unchanged_for,
            CASE WHEN wait_event_type = 'Lock' AND application_name <> $1
                THEN cardinality(pg_blocking_pids(pid)) > 0 ELSE false END AS blocked
        FROM pg_stat_activity
        WHERE backend_type = 'client backend'
    )
    SELECT count(*) AS taken,
        current_setting('max_connections')::int AS most,
        current_setting('superuser_reserved_connections')::int
            + current_setting('reserved_connections')::int AS reserved,
        count(*) FILTER (WHERE here AND blocked) AS blocked,
        count(*) FILTER (WHERE here AND state LIKE 'idle in transaction%') AS idle,
        coalesce(max(unchanged_for) FILTER (
            WHERE here AND state LIKE 'idle in transaction%'), 0) AS idle_seconds,
        coalesce(max(open_for) FILTER (
            WHERE here AND pid <> pg_backend_pid()), 0) AS longest
    FROM sessions
"""
"""`pg_blocking_pids` stops the lock manager for a moment, so only who waits is asked about. The
connections are those of the whole server, what happens in them that of our database.
"""

THEIR_CLOCK = "SELECT extract(epoch FROM clock_timestamp())::float8 AS now"
