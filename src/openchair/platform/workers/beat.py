"""Which worker processes are alive: each says so every few seconds; who falls silent is missed.

The supervisor starts a dead worker again; this is how the system notices by itself.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.events.event import emit
from openchair.platform.jobs.loops import loop
from openchair.platform.jobs.queue import JobContext
from openchair.platform.logging.setup import logger
from openchair.platform.workers.events import HeartbeatMissing
from openchair.platform.workers.name import THIS_WORKER

BEAT_SECONDS = 5.0
SILENT_SECONDS = 20

log = logger(__name__)


@loop("workers.beat", every=BEAT_SECONDS)
async def beat(context: JobContext) -> bool:
    """Say that this worker lives, and miss those that fell silent.

    Who was silent itself until now does not judge: the database may have been away for everybody.
    """
    async with context.database.transaction() as session:
        values = {"name": THIS_WORKER, "seconds": SILENT_SECONDS}
        if (await session.execute(BEAT, values)).scalar_one():
            await miss_the_silent(session)
    return False


async def miss_the_silent(session: AsyncSession) -> list[str]:
    """Strike workers off that have not been heard for `SILENT_SECONDS`; answers their names."""
    silent = list((await session.execute(MISSED, {"seconds": SILENT_SECONDS})).scalars())
    for name in silent:
        log.warning("heartbeat missing", worker=name)
        await emit(session, HeartbeatMissing(salon_id=None, subject_id=None, worker=name))
    return silent


async def leave(session: AsyncSession) -> None:
    """This worker ends in order and will not be missed."""
    await session.execute(text("DELETE FROM workers WHERE name = :name"), {"name": THIS_WORKER})


BEAT = text("""
    WITH me AS (SELECT seen_at FROM workers WHERE name = :name)
    INSERT INTO workers (name, started_at, seen_at) VALUES (:name, now(), now())
    ON CONFLICT (name) DO UPDATE SET seen_at = now()
    RETURNING coalesce(
        (SELECT seen_at FROM me) > now() - make_interval(secs => :seconds), false)
""")
MISSED = text("""
    DELETE FROM workers WHERE name IN (
        SELECT name FROM workers WHERE seen_at < now() - make_interval(secs => :seconds)
        LIMIT 100 FOR UPDATE SKIP LOCKED
    ) RETURNING name
""")
