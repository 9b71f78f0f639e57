"""Who blocks others by a lock, and how to end that: `openchair db blockers`, and the runbook's page
on blocked queries. By `pg_blocking_pids`, which sees what a join of `pg_locks` does not.
"""

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.platform.db.kept import NAME
from openchair.platform.errors import Conflict, NotFound

MOST = 100
QUERY_LENGTH = 300
PATIENCE_SECONDS = 3.0
PAUSE_SECONDS = 0.1

How = Literal["cancelled", "terminated", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """A session that others wait for and that waits for nobody. Times in seconds; `query` is its
    last statement, shortened; `waiting` are those behind it, directly or through others.
    """

    pid: int
    application: str
    state: str
    open_seconds: float
    query: str
    waiting: int
    waiting_pids: tuple[int, ...]
    longest_wait_seconds: float

    @property
    def act(self) -> Literal["cancel", "terminate"]:
        """A statement that runs can be cancelled; who idles inside a transaction has none."""
        return "cancel" if self.state == "active" else "terminate"


async def find_blockers(session: AsyncSession) -> list[Blocker]:
    """Whoever stands at the head of a queue of waiting sessions, the longest queue first."""
    rows = await session.execute(BLOCKERS, {"limit": MOST, "length": QUERY_LENGTH})
    return [
        Blocker(**{**row, "waiting_pids": tuple(row["waiting_pids"])}) for row in rows.mappings()
    ]


async def cancel_blocker(session: AsyncSession, *, pid: int, by: Actor) -> How:
    """End what `pid` holds up others by: cancel its statement, and if it still blocks after three
    seconds, end its session. Written to the audit log.

    Raises `NotFound` when it blocks nobody (any more), `Conflict` for a session of operations or
    the caller's own.
    """
    found = next((each for each in await find_blockers(session) if each.pid == pid), None)
    if found is None:
        raise NotFound(
            f"Session {pid} blocks nobody at this moment. See who does: openchair db blockers",
            code="no_blocker",
        )
    own = await session.scalar(text("SELECT pg_backend_pid()"))
    if found.application == NAME or pid == own:
        raise Conflict(f"Session {pid} is one of operations and is not ended.", code="own_session")
    how: How = "gone"
    if found.act == "cancel" and await session.scalar(CANCEL, {"pid": pid}):
        how = "cancelled"
    if how != "cancelled" or not await _let_go(session, pid):
        how = "terminated" if await session.scalar(TERMINATE, {"pid": pid}) else how
        await _let_go(session, pid)
    await record(
        session,
        actor=by,
        action="database.end_blocker",
        resource_type="database_session",
        resource_id=str(pid),
        salon_id=None,
        metadata={
            "how": how,
            "application": found.application,
            "state": found.state,
            "open_seconds": round(found.open_seconds, 1),
            "waiting": found.waiting,
        },
    )
    return how


async def _let_go(session: AsyncSession, pid: int) -> bool:
    """Whether nobody waits for it any more, within `PATIENCE_SECONDS`."""
    until = monotonic() + PATIENCE_SECONDS
    while await session.scalar(STILL, {"pid": pid}):
        if monotonic() > until:
            return False
        await asyncio.sleep(PAUSE_SECONDS)
    return True


BLOCKERS = text("""
    WITH RECURSIVE waiting AS (
        SELECT pid, pg_blocking_pids(pid) AS held_by,
            extract(epoch FROM clock_timestamp() - query_start)::float8 AS seconds
        FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()
    ), behind AS (
        SELECT pid, unnest(held_by) AS head FROM waiting
        UNION
        SELECT behind.pid, unnest(waiting.held_by)
        FROM behind JOIN waiting ON waiting.pid = behind.head
    )
    SELECT activity.pid, activity.application_name AS application,
        coalesce(activity.state, 'unknown') AS state,
        coalesce(extract(epoch FROM clock_timestamp() - activity.xact_start), 0)::float8
            AS open_seconds,
        left(regexp_replace(activity.query, '\\s+', ' ', 'g'), :length) AS query,
        count(DISTINCT behind.pid) AS waiting,
        (array_agg(DISTINCT behind.pid ORDER BY behind.pid))[1:20] AS waiting_pids,
        max(waiting.seconds) AS longest_wait_seconds
    FROM behind
    JOIN pg_stat_activity AS activity ON activity.pid = behind.head
    JOIN waiting ON waiting.pid = behind.pid
    WHERE behind.head NOT IN (SELECT pid FROM waiting)
    GROUP BY activity.pid, activity.application_name, activity.state, activity.xact_start,
        activity.query
    ORDER BY count(DISTINCT behind.pid) DESC, open_seconds DESC
    LIMIT :limit
""")

CANCEL = text("""
    SELECT pg_cancel_backend(CAST(:pid AS int)) FROM pg_stat_activity
    WHERE pid = :pid AND backend_type = 'client backend' AND pid <> pg_backend_pid()
""")

TERMINATE = text("""
    SELECT pg_terminate_backend(CAST(:pid AS int)) FROM pg_stat_activity
    WHERE pid = :pid AND backend_type = 'client backend' AND pid <> pg_backend_pid()
""")

STILL = text("""
    SELECT EXISTS (
        SELECT FROM pg_locks AS waiting
        WHERE NOT waiting.granted AND :pid = ANY(pg_blocking_pids(waiting.pid)))
""")
"""By `pg_locks`, which is read anew each time; `pg_stat_activity` stands still in a transaction."""
