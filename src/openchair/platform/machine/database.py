"""Probe of PostgreSQL: whether it answers, and how crowded it is. It asks nothing of the pool."""

import asyncpg

from openchair.platform.db.kept import NAME, DatabaseSilent
from openchair.platform.probes import Finding, ProbeContext, State, probe
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings

POOL_WARNING_PERCENT = 90.0


@probe("database", every=2.0, vital=True)
async def database(context: ProbeContext) -> Finding:
    """Connects, answers, and how crowded it is. Whatever still answers is a warning at most."""
    own = context.database.use_percent
    pool = {"pool-use": own}
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
        "pool-use": max(own, round(row["pool_use"], 1)),
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
        told.append("nearly every connection of a process is in use")
    if row["blocked"]:
        told.append(f"{row['blocked']} queries wait for a lock")
    if told:
        return State.WARNING, f"Answers, but {', '.join(told)}."
    return State.HEALTHY, f"Answers in {measures['database-latency']:g} ms."


ACTIVITY = """
    WITH sessions AS (
        SELECT pid, application_name, datname = current_database() AS here, state,
            extract(epoch FROM clock_timestamp() - xact_start)::float8 AS open_for,
            extract(epoch FROM clock_timestamp() - state_change)::float8 AS unchanged_for,
            CASE WHEN wait_event_type = 'Lock' AND application_name <> $1
                THEN cardinality(pg_blocking_pids(pid)) > 0 ELSE false END AS blocked
        FROM pg_stat_activity
        WHERE backend_type = 'client backend'
    ), pools AS (
        SELECT 100.0 * count(*) FILTER (WHERE state <> 'idle')
            / substring(application_name FROM '/([0-9]{1,4})$')::int AS used
        FROM sessions
        WHERE here AND application_name ~ '^openchair.*/[1-9][0-9]{0,3}$'
        GROUP BY application_name
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
            WHERE here AND pid <> pg_backend_pid()), 0) AS longest,
        (SELECT coalesce(max(used), 0) FROM pools)::float8 AS pool_use
    FROM sessions
"""
"""`pg_blocking_pids` stops the lock manager for a moment, so only who waits is asked about. The
connections are those of the whole server, what happens in them that of our database. A session
says in its name whose pool it belongs to and how large that may become (`platform/db/engine.py`).
"""
