"""Withdraws one message that a person no longer wants to be sent. Called by `operations`."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.budgets.release import release


async def withdraw_message(
    session: AsyncSession, *, salon_id: UUID, message_id: UUID, words: str
) -> bool:
    """Cancel a message that waits to be sent; False when it does not (any more). What an earlier
    try took from the budget is given back.
    """
    withdrawn = await session.execute(
        WITHDRAW, {"salon_id": salon_id, "id": message_id, "words": words}
    )
    if withdrawn.one_or_none() is None:
        return False
    await release(session, messages=[(salon_id, message_id)])
    return True


WITHDRAW = text("""
    UPDATE notifications
    SET status = 'cancelled', finished_at = now(), error_message = CAST(:words AS text)
    WHERE salon_id = :salon_id AND id = :id AND status = 'pending'
    RETURNING id
""")
