"""Mails a second from one worker to a local SMTP server, against a bare aiosmtplib loop with the
same connection reuse and against PgQueuer draining empty jobs; claims of a long queue; memory.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import aiosmtplib
import asyncpg
import psutil

from benchmarks.house import database, environment_of, furnish
from benchmarks.mail_worker import EMPTY_JOB, HTML, KIND, TEXT
from benchmarks.result import Result
from openchair.notifications.leases import claim
from openchair.notifications.providers.email.compose import compose
from openchair.notifications.providers.provider import Outgoing
from openchair.notifications.rendering import Rendered
from openchair.platform.clock import utc_now
from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from tests.sandbox_process import Sandbox, sandbox

MAILS, ROUNDS = 2_000, 3
CONNECTIONS = 8
JOBS = 10_000
AT_LEAST = 0.5
SHORT_QUEUE, LONG_QUEUE = 10_000, 1_000_000
CLAIMS, CLAIMED = 150, 8
MOST_GROWTH = 1.5
FLAT_MAILS, SAMPLE_EVERY = 100_000, 10_000
MOST_MEMORY_GROWTH = 1.1
MEGABYTE = 1024 * 1024
PATIENCE = 900

PUT = f"""
    INSERT INTO notifications (salon_id, id, channel, kind, recipient, language, data, reference,
        dedupe_key, message_id, priority)
    SELECT $1, made.id, 'email', '{KIND}', 'anna' || number || '@example.org', 'en', '{{}}',
        'bench', made.id::text, '<' || made.id || '@bench.localhost>', 5
    FROM (SELECT uuidv7() AS id, number FROM generate_series(1, $2::int) AS number) AS made
"""  # noqa: S608 -- a constant
LEFT = "SELECT count(*) FROM notifications WHERE status <> 'sent'"


def measure_delivery(cluster: Cluster) -> Result:
    """Three rounds of each, turn about; medians."""
    with database(cluster, "bench_delivery") as url:
        return asyncio.run(_delivery(url))


def measure_claims(cluster: Cluster) -> Result:
    """Eight messages claimed from a queue of a million against one of ten thousand."""
    with database(cluster, "bench_claims") as url:
        short, long = asyncio.run(_claims(url))
    return Result(
        name="claim_growth",
        value=long,
        unit="ms",
        reference=short,
        ratio=long / short,
        bound=f"<= {MOST_GROWTH}",
        holds=long / short <= MOST_GROWTH,
        against=f"{SHORT_QUEUE:,} pending instead of {LONG_QUEUE:,}",
        where=f"Median of {CLAIMS} claims of {CLAIMED} messages, committed; the walk of the index"
        " begins at the first due message, whatever stands behind it.",
    )


def measure_memory(cluster: Cluster) -> Result:
    """The worker's memory after a hundred thousand mails against after the first ten thousand."""
    with database(cluster, "bench_flat") as url:
        sizes = asyncio.run(_memory(url))
    first, last = sizes[1], max(sizes[-3:])
    shown = ", ".join(f"{size:.0f}" for size in sizes)
    return Result(
        name="delivery_memory",
        value=last,
        unit="MB",
        reference=first,
        ratio=last / first,
        bound=f"<= {MOST_MEMORY_GROWTH}",
        holds=last / first <= MOST_MEMORY_GROWTH,
        against=f"the same worker after {2 * SAMPLE_EVERY:,} mails",
        where=f"Resident memory of one worker, a sample every {SAMPLE_EVERY:,} of {FLAT_MAILS:,}"
        f" mails, in MB: {shown}.",
    )


# ---------------------------------------------------------------- delivery


async def _delivery(url: str) -> Result:
    salon = await furnish(url)
    connection = await asyncpg.connect(url)
    ours, bare, busy = [], [], 0.0
    async with sandbox(keep=MAILS) as outside:
        with worker(url, outside) as process:
            await _drained(connection, salon.salon_id, 200)
            for _ in range(ROUNDS):
                bare.append(await _bare(outside.smtp_port))
                before = _cpu(process)
                ours.append(await _drained(connection, salon.salon_id, MAILS))
                busy = _cpu(process) - before
            jobs = await _jobs(connection)
    await connection.close()
    value, reference = statistics.median(ours), statistics.median(bare)
    share = busy * value / MAILS
    return Result(
        name="delivery",
        value=value,
        unit="mails/s",
        reference=reference,
        ratio=value / reference,
        bound=f">= {AT_LEAST}",
        holds=value / reference >= AT_LEAST,
        against=f"bare aiosmtplib over {CONNECTIONS} reused connections",
        where=f"The worker computes for {share:.0%} of the time"
        f" ({1000 * busy / MAILS:.1f} ms a mail); the SMTP server takes most of the other core."
        f" PgQueuer drains {jobs:,.0f} empty jobs a second.",
    )


async def _drained(connection: asyncpg.Connection, salon_id: object, count: int) -> float:
    """Queue so many at once; mails a second from the first lease to the last acceptance."""
    began = await connection.fetchval("SELECT clock_timestamp()")
    await connection.execute(PUT, salon_id, count)
    await _until_none(connection, LEFT)
    seconds = await connection.fetchval(
        """
        SELECT extract(epoch FROM max(finished_at) - min(started_at))::float
        FROM notification_attempts WHERE started_at >= $1
        """,
        began,
    )
    await connection.execute("DELETE FROM notifications")
    await connection.execute("DELETE FROM notification_usage")
    await connection.execute("VACUUM ANALYZE notifications, notification_attempts")
    return count / float(seconds)


async def _until_none(connection: asyncpg.Connection, left: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while await connection.fetchval(left):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still something left after {PATIENCE} s: {left}")
        await asyncio.sleep(0.2)


async def _bare(port: int) -> float:
    """Mails a second of the plainest loop: ready bytes, no database, nothing written down."""
    outgoing = Outgoing(
        salon_id=new_id(),
        notification_id=new_id(),
        recipient="anna@example.org",
        message_id="<1@bench.localhost>",
        correlation_id=None,
        language="en",
        rendered=Rendered(
            subject="Your visit", text=TEXT, html=HTML, sender_name="Salon", reply_to=None
        ),
    )
    content = compose(outgoing, mail_from="appointments@example.org", now=utc_now())

    async def send(count: int) -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
            for number in range(count):
                recipient = f"anna{number}@example.org"
                await client.sendmail("appointments@example.org", [recipient], content)

    began = time.monotonic()
    await asyncio.gather(*(send(MAILS // CONNECTIONS) for _ in range(CONNECTIONS)))
    return MAILS / (time.monotonic() - began)


async def _jobs(connection: asyncpg.Connection) -> float:
    """Empty jobs a second, from the first that ended to the last."""
    await connection.execute(
        """
        INSERT INTO pgqueuer (priority, status, entrypoint, execute_after)
        SELECT 0, 'queued', $1, now() FROM generate_series(1, $2::int)
        """,
        EMPTY_JOB,
        JOBS,
    )
    left = f"SELECT count(*) FROM pgqueuer WHERE entrypoint = '{EMPTY_JOB}'"  # noqa: S608 -- a constant
    await _until_none(connection, left)
    seconds = await connection.fetchval(
        """
        SELECT extract(epoch FROM max(created) - min(created))::float FROM pgqueuer_log
        WHERE entrypoint = $1 AND status = 'successful'
        """,
        EMPTY_JOB,
    )
    return JOBS / float(seconds)


@contextmanager
def worker(url: str, outside: Sandbox) -> Iterator[psutil.Process]:
    """One worker process that sends to this sandbox, until the block ends."""
    with TemporaryDirectory(prefix="openchair-bench-home-") as home:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.mail_worker", url],
            env={**os.environ, **environment_of(url, Path(home)), **outside.environment()},
        )
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


# ---------------------------------------------------------------- claims


async def _claims(url: str) -> tuple[float, float]:
    salon = await furnish(url)
    connection = await asyncpg.connect(url)
    pool = Database(url, pool_size=1)
    await connection.execute(PUT, salon.salon_id, SHORT_QUEUE)
    await connection.execute("VACUUM ANALYZE notifications")
    short = await _claim(pool)
    await connection.execute(PUT, salon.salon_id, LONG_QUEUE - SHORT_QUEUE)
    await connection.execute("VACUUM ANALYZE notifications")
    long = await _claim(pool)
    await pool.close()
    await connection.close()
    return short, long


async def _claim(pool: Database) -> float:
    times = []
    for _ in range(CLAIMS):
        began = time.perf_counter()
        async with pool.transaction() as session:
            found = await claim(
                session, channel="email", worker="bench", seconds=600, limit=CLAIMED
            )
        times.append(1000 * (time.perf_counter() - began))
        assert len(found) == CLAIMED
    return statistics.median(times)


# ---------------------------------------------------------------- memory


async def _memory(url: str) -> list[float]:
    sizes = []
    salon = await furnish(url)
    connection = await asyncpg.connect(url)
    async with sandbox(keep=1000) as outside:
        with worker(url, outside) as process:
            for _ in range(FLAT_MAILS // SAMPLE_EVERY):
                await _drained(connection, salon.salon_id, SAMPLE_EVERY)
                sizes.append(process.memory_info().rss / MEGABYTE)
    await connection.close()
    return sizes
