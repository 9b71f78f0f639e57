"""Rate limits shared by all processes: GCRA (ITU-T I.371) as one upsert in PostgreSQL.

Doors call `take` in a transaction of its own, before the work; a refusal costs one statement.
"""

from math import ceil

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.errors import TooMany

_TAKE = text(
    """
    INSERT INTO rate_limits AS mine (key, arrival_at)
    VALUES (:key, now() + make_interval(secs => :spacing))
    ON CONFLICT (key) DO UPDATE
    SET arrival_at = greatest(mine.arrival_at, now()) + make_interval(secs => :spacing)
    WHERE greatest(mine.arrival_at, now()) + make_interval(secs => :spacing)
          <= now() + make_interval(secs => :window)
    RETURNING key
    """
)
_WAIT = text(
    """
    SELECT extract(epoch FROM arrival_at + make_interval(secs => :spacing) - now()) - :window
    FROM rate_limits WHERE key = :key
    """
)


async def take(session: AsyncSession, *, key: str, limit: int, per_seconds: int) -> None:
    """Count one use of `key`, of which `limit` fit in any `per_seconds`.

    Raises `TooMany` with the seconds to wait; a refused use does not count.
    """
    values = {"key": key, "spacing": per_seconds / limit, "window": float(per_seconds)}
    if (await session.execute(_TAKE, values)).first() is not None:
        return
    wait = (await session.execute(_WAIT, values)).scalar() or 1
    seconds = max(1, ceil(float(wait)))
    raise TooMany(
        f"That was a lot at once. Please wait {seconds} seconds and try again.",
        retry_after=seconds,
    )


async def forget_past(session: AsyncSession) -> None:
    """Delete the rows that no longer limit anybody."""
    await session.execute(text("DELETE FROM rate_limits WHERE arrival_at < now()"))
