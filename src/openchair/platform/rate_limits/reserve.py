"""Slots that all processes share: GCRA (ITU-T I.371) as a shaper, one upsert in PostgreSQL.

Where `take` refuses who comes too fast, this tells everybody when it is their turn. Called in a
transaction of its own, since whoever holds the row holds up all others.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# The clock and not the transaction's beginning: who waited for the row has that time behind them.
_RESERVE = text(
    """
    INSERT INTO rate_limits AS mine (key, arrival_at)
    VALUES (:key, clock_timestamp() + make_interval(secs => :spacing))
    ON CONFLICT (key) DO UPDATE
    SET arrival_at =
        greatest(mine.arrival_at, clock_timestamp()) + make_interval(secs => :spacing)
    RETURNING extract(epoch FROM arrival_at - make_interval(secs => :spacing) - clock_timestamp())
    """
)


async def reserve(session: AsyncSession, *, key: str, limit: int, per_seconds: float) -> float:
    """Take the next free slot of `key`, of which there are `limit` in `per_seconds`, evenly
    spaced. Answers the seconds to wait until it begins; the slot is taken when this commits.
    """
    answered = await session.execute(_RESERVE, {"key": key, "spacing": per_seconds / limit})
    return max(float(answered.scalar_one()), 0.0)
