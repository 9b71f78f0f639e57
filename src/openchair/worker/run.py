"""The worker process: runs every declared loop, job and schedule until it is told to stop.

Started by `openchair up` (`python -m openchair worker`). It keeps no state; a job that a killed
worker had picked is picked again when its heartbeat is `HEARTBEAT_SECONDS` old.
"""

import asyncio
import signal
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial

import asyncpg
import orjson
from pgqueuer import PgQueuer
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.models import Job, Schedule

from openchair.notifications.providers.current import close_providers
from openchair.operations.metrics.observe import observed
from openchair.operations.metrics.traces import start_traces, trace_statements_of
from openchair.platform import correlation
from openchair.platform.db.engine import CONNECT_SECONDS, Database
from openchair.platform.errors import Unavailable
from openchair.platform.jobs.loops import run_loops
from openchair.platform.jobs.queue import (
    CORRELATION_HEADER,
    JobContext,
    JobFunction,
    declared,
    schedules,
)
from openchair.platform.logging.setup import logger
from openchair.platform.metrics import work
from openchair.platform.outbound.clients import close_clients
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.platform.traces.ids import HEADER as TRACE_HEADER
from openchair.platform.traces.span import span
from openchair.platform.workers.beat import leave

HEARTBEAT_SECONDS = 10
POLL_SECONDS = 1
BATCH = 20
MOST_AT_ONCE = 40
POOL = 16

log = logger(__name__)


async def run_worker(url: str) -> None:
    """Work until SIGTERM or SIGINT, then finish what is begun. `reactions.start` was called before.

    Raises when the connection it listens on is lost; the supervisor starts a new worker then.
    """
    start_traces(process="worker")
    database = Database(url, pool_size=POOL, application_name="openchair worker")
    trace_statements_of(database)
    connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    queuer = PgQueuer.from_asyncpg_connection(connection)
    context = JobContext(database=database)
    for name, function in declared.items():
        queuer.entrypoint(
            name,
            executor_factory=DatabaseRetryEntrypointExecutor,
            on_failure="hold",
            accepts_context=False,
        )(partial(_run_job, context, function))
    for name, cron in schedules.items():
        queuer.schedule(name, cron, accepts_context=False)(
            partial(_run_schedule, context, declared[name])
        )
    await _forget_old_schedules(connection, queuer)
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, _stop, queuer, context)
    log.info("worker begins", jobs=len(declared), schedules=len(schedules))
    loops = asyncio.create_task(run_loops(context))
    try:
        async with observed(database, process="worker", home=load(InstallationSettings).home):
            try:
                await _run_jobs(queuer)
            finally:
                context.stop.set()
                await loops
    finally:
        await close_providers()
        await close_clients()
        await _leave(database)
        await connection.close(timeout=CONNECT_SECONDS)
        await database.close()
    log.info("worker ends")


async def _run_jobs(queuer: PgQueuer) -> None:
    await queuer.run(
        dequeue_timeout=timedelta(seconds=POLL_SECONDS),
        batch_size=BATCH,
        max_concurrent_tasks=MOST_AT_ONCE,
        heartbeat_timeout=timedelta(seconds=HEARTBEAT_SECONDS),
        shutdown_on_listener_failure=True,
    )


async def _forget_old_schedules(connection: asyncpg.Connection, queuer: PgQueuer) -> None:
    """Drop what no room declares any more. PgQueuer's own `clean_old` drops the others as well:
    then a time that passed while no worker ran would be left out instead of made up for.
    """
    known = list(queuer.sm.registry)
    await connection.execute(
        FORGET, [each.entrypoint for each in known], [each.expression for each in known]
    )


def _stop(queuer: PgQueuer, context: JobContext) -> None:
    queuer.shutdown.set()
    context.stop.set()


async def _leave(database: Database) -> None:
    """Strike this worker off, so that nobody misses it; when the database is gone, others will."""
    try:
        async with database.transaction() as session:
            await leave(session)
    except Unavailable:
        log.warning("worker ends without saying so: the database cannot be reached")


async def _run_job(context: JobContext, function: JobFunction, job: Job) -> None:
    token = correlation.adopt(str((job.headers or {}).get(CORRELATION_HEADER, "")))
    try:
        with work.job(job.entrypoint), _job_span(job):
            await function(context, orjson.loads(job.payload or b"{}"))
        # PgQueuer drops the row of a job that is done; this line is what is left of its story.
        log.info("job done", job=job.entrypoint, number=job.id, attempts=job.attempts)
    except Exception as error:
        # Recorded here with its id; PgQueuer decides whether it runs again or is held.
        log.warning(
            "job failed",
            job=job.entrypoint,
            number=job.id,
            attempts=job.attempts,
            exc_info=error,
        )
        raise
    finally:
        correlation.release(token)


def _job_span(job: Job) -> AbstractContextManager[object]:
    parent = str((job.headers or {}).get(TRACE_HEADER, ""))
    return span(f"job {job.entrypoint}", kind="consumer", parent=parent)


async def _run_schedule(context: JobContext, function: JobFunction, schedule: Schedule) -> None:
    token = correlation.adopt(None)
    try:
        with work.job(schedule.entrypoint):
            await function(context, {})
    except Exception:
        # Not raised: the schedule's next time tries again.
        log.exception("schedule failed", job=schedule.entrypoint)
    finally:
        correlation.release(token)


FORGET = """
    DELETE FROM pgqueuer_schedules
    WHERE (entrypoint, expression) NOT IN (SELECT * FROM unnest($1::text[], $2::text[]))
"""
