"""Reads of one job: PgQueuer's row while it is there, and what its log kept. For `explain`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.errors import NotFound
from openchair.platform.jobs.queue import CORRELATION_HEADER

MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One change of a job's state; `traceback` is PgQueuer's own record of what was raised."""

    at: datetime
    status: str
    traceback: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One job. `status` is `queued`, `picked` or `failed` (held) while its row is there; of one
    that is finished only the log is left, and what stood in the row is None.
    """

    id: int
    name: str
    status: str
    is_there: bool
    created_at: datetime
    run_at: datetime | None
    heartbeat_at: datetime | None
    attempts: int | None
    dedupe_key: str | None
    payload: Any
    correlation_id: str | None
    log: tuple[LogEntry, ...]


async def get_job(session: AsyncSession, *, job_id: int) -> JobRecord:
    """The job with its log, the first entry first. Raises `NotFound` when nothing is known."""
    row = (await session.execute(ROW, {"id": job_id})).one_or_none()
    entries = (await session.execute(LOG, {"id": job_id, "limit": MOST_ENTRIES})).all()
    log = tuple(LogEntry(each.created, each.status, each.traceback) for each in entries)
    if row is not None:
        return JobRecord(
            id=job_id,
            name=row.entrypoint,
            status=row.status,
            is_there=True,
            created_at=row.created,
            run_at=row.execute_after,
            heartbeat_at=row.heartbeat if row.status == "picked" else None,
            attempts=row.attempts,
            dedupe_key=row.dedupe_key,
            payload=_read(row.payload),
            correlation_id=(row.headers or {}).get(CORRELATION_HEADER),
            log=log,
        )
    if not entries:
        raise NotFound(f"Nothing is known of job {job_id}.", code="job_not_found")
    return JobRecord(
        id=job_id,
        name=entries[-1].entrypoint,
        status=entries[-1].status,
        is_there=False,
        created_at=entries[0].created,
        run_at=None,
        heartbeat_at=None,
        attempts=None,
        dedupe_key=None,
        payload=None,
        correlation_id=None,
        log=log,
    )


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """A job whose row is there: `queued`, `picked` or `failed` (held)."""

    id: int
    name: str
    status: str
    attempts: int
    created_at: datetime
    run_at: datetime


async def jobs_under(session: AsyncSession, *, correlation_id: str) -> list[WaitingJob]:
    """Jobs under one correlation id that are not over, the first first, at most two hundred. Of
    those that are over only the worker's log knows the id.
    """
    values = {"header": CORRELATION_HEADER, "id": correlation_id, "limit": MOST_ENTRIES}
    return [WaitingJob(*row) for row in await session.execute(UNDER, values)]


def _read(payload: bytes | None) -> Any:
    """Ours is JSON; whatever else somebody queued is shown as it is."""
    try:
        return orjson.loads(payload or b"null")
    except orjson.JSONDecodeError:
        return repr(payload)


ROW = text("""
    SELECT entrypoint, CAST(status AS text) AS status, created, execute_after, heartbeat, attempts,
        dedupe_key, payload, headers
    FROM pgqueuer WHERE id = :id
""")

LOG = text("""
    SELECT created, CAST(status AS text) AS status, entrypoint, traceback
    FROM (SELECT * FROM pgqueuer_log WHERE job_id = :id ORDER BY id DESC LIMIT :limit) AS latest
    ORDER BY id
""")

UNDER = text("""
    SELECT id, entrypoint, CAST(status AS text), attempts, created, execute_after
    FROM pgqueuer WHERE headers ->> CAST(:header AS text) = :id
    ORDER BY created, id LIMIT :limit
""")
