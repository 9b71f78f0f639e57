"""Makes hours of minutes, and forgets what is old. Called by the job in `jobs.py` once an hour.

Hours are written anew from their minutes, so a second run changes nothing. The process a figure
came from is kept for the minutes only: a house that restarts often leaves no trail of names.
"""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

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

ROLL_UP = text("""
    WITH minutes AS (
        SELECT name, CAST(CAST(labels AS jsonb) - 'instance' AS text) AS labels,
            date_trunc('hour', at, 'UTC') AS hour, at, count, total, least, most, last, buckets
        FROM metric_points WHERE step = 60 AND at >= :since AND at < :until
    ), cells AS (
        SELECT name, labels, hour, place, sum(number) AS number
        FROM minutes, unnest(buckets) WITH ORDINALITY AS cell(number, place)
        GROUP BY name, labels, hour, place
    ), arrays AS (
        SELECT name, labels, hour, CAST(array_agg(number ORDER BY place) AS bigint[]) AS buckets
        FROM cells GROUP BY name, labels, hour
    ), sums AS (
        SELECT name, labels, hour, sum(count) AS count, sum(total) AS total, min(least) AS least,
            max(most) AS most, (array_agg(last ORDER BY at DESC))[1] AS last
        FROM minutes GROUP BY name, labels, hour
    )
    INSERT INTO metric_points (name, labels, step, at, count, total, least, most, last, buckets)
    SELECT name, labels, 3600, hour, count, total, least, most, last, buckets
    FROM sums LEFT JOIN arrays USING (name, labels, hour)
    ORDER BY name, labels, hour
    ON CONFLICT (name, labels, step, at) DO UPDATE SET
        count = excluded.count, total = excluded.total, least = excluded.least,
        most = excluded.most, last = excluded.last, buckets = excluded.buckets
    RETURNING 1
""")

FORGET = text("""
    DELETE FROM metric_points WHERE (name, labels, step, at) IN (
        SELECT name, labels, step, at FROM metric_points
        WHERE (step = 60 AND at < :minutes) OR (step = 3600 AND at < :hours)
        LIMIT :limit FOR UPDATE SKIP LOCKED
    ) RETURNING 1
""")
