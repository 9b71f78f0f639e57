"""Makes hours of minutes, and forgets what is old. Called by the job in `jobs.py` once an hour.

Hours are written anew from their minutes, so a second run changes nothing. The process a figure
came from is kept for the minutes only: a house that restarts often leaves no trail of names.
"""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.metrics.catalogue import METRICS

KEEP_MINUTES = timedelta(hours=48)
KEEP_HOURS = timedelta(days=92)
AGAIN = timedelta(hours=2)
"""Hours that are made anew although they are there: a process may have been late with a part."""
DELETED_AT_ONCE = 5000


async def roll_up(session: AsyncSession, *, now: datetime) -> int:
    """Write the hours that are over and not yet final; answers how many rows. After a rest of the
    worker it makes up for everything whose minutes are still there.
    """
    until = now.replace(minute=0, second=0, microsecond=0)
    last = await session.scalar(LAST)
    since = until - KEEP_MINUTES if last is None else max(last - AGAIN, until - KEEP_MINUTES)
    written = await session.execute(ROLL_UP, {"since": since, "until": until})
    return len(written.all())


async def forget_old(session: AsyncSession, *, now: datetime) -> bool:
    """Delete at most 5,000 rows that are too old; True when there may be more."""
    values = {
        "minutes": now - KEEP_MINUTES,
        "hours": now - KEEP_HOURS,
        "limit": DELETED_AT_ONCE,
    }
    deleted = await session.execute(FORGET, values)
    return len(deleted.all()) == DELETED_AT_ONCE


LAST = text("SELECT max(at) FROM metric_points WHERE step = 3600")

PLACES = max(len(metric.bounds) for metric in METRICS.values()) + 1
SUMS = ", ".join(f"sum(buckets[{place}])" for place in range(1, PLACES + 1))
# Summed place by place in one pass, and cut to the places there are; null for what has none.
ROLL_UP = text(f"""
    WITH series AS MATERIALIZED (
        SELECT labels, CAST(CAST(labels AS jsonb) - 'instance' AS text) AS kept
        FROM (
            SELECT DISTINCT labels FROM metric_points
            WHERE step = 60 AND at >= :since AND at < :until
        ) AS known
    )
    INSERT INTO metric_points (name, labels, step, at, count, total, least, most, last, buckets)
    SELECT name, kept, 3600, date_trunc('hour', at, 'UTC') AS hour, sum(count), sum(total),
        min(least), max(most), (array_agg(last ORDER BY at DESC))[1],
        (CAST(ARRAY[{SUMS}] AS bigint[]))[1:max(cardinality(buckets))]
    FROM metric_points JOIN series USING (labels)
    WHERE step = 60 AND at >= :since AND at < :until
    GROUP BY name, kept, hour ORDER BY name, kept, hour
    ON CONFLICT (name, labels, step, at) DO UPDATE SET
        count = excluded.count, total = excluded.total, least = excluded.least,
        most = excluded.most, last = excluded.last, buckets = excluded.buckets
    RETURNING 1
""")  # noqa: S608 -- the numbers of places are ours

FORGET = text("""
    DELETE FROM metric_points WHERE (name, labels, step, at) IN (
        SELECT name, labels, step, at FROM metric_points
        WHERE (step = 60 AND at < :minutes) OR (step = 3600 AND at < :hours)
        LIMIT :limit FOR UPDATE SKIP LOCKED
    ) RETURNING 1
""")
