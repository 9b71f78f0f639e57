"""Gives back what messages took from the budget when they end without having been sent.

Called by whoever ends them: given up, expired, cancelled, suppressed. A message that was accepted
and bounced later has been sent and is not given back.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def release(session: AsyncSession, *, messages: Sequence[tuple[UUID, UUID]]) -> int:
    """Give back the units of messages, named by salon and id; answers how many had taken any.

    A second call changes nothing.
    """
    if not messages:
        return 0
    salon_ids, ids = zip(*messages, strict=True)
    released = await session.execute(RELEASE, {"salon_ids": list(salon_ids), "ids": list(ids)})
    return len(released.all())


# The months are locked in the order of reserve.py, so that the two never wait for each other.
RELEASE = text("""
    WITH ended AS (
        SELECT salon_id, id, channel, budget_month, budget_units FROM notifications
        WHERE budget_units > 0 AND (salon_id, id) IN (
            SELECT * FROM unnest(CAST(:salon_ids AS uuid[]), CAST(:ids AS uuid[])))
        FOR UPDATE
    ), summed AS (
        SELECT salon_id, channel, budget_month AS month, sum(budget_units) AS units
        FROM ended GROUP BY salon_id, channel, budget_month
    ), locked AS (
        SELECT usage.salon_id, usage.channel, usage.month, summed.units
        FROM notification_usage AS usage
        JOIN summed ON summed.salon_id = usage.salon_id AND summed.channel = usage.channel
            AND summed.month = usage.month
        ORDER BY usage.salon_id, usage.channel, usage.month
        FOR UPDATE OF usage
    ), given_back AS (
        UPDATE notification_usage AS usage
        SET used = greatest(usage.used - locked.units, 0)
        FROM locked
        WHERE usage.salon_id = locked.salon_id AND usage.channel = locked.channel
            AND usage.month = locked.month
    )
    UPDATE notifications AS message SET budget_units = 0, budget_month = NULL
    FROM ended
    WHERE message.salon_id = ended.salon_id AND message.id = ended.id
    RETURNING message.id
""")
