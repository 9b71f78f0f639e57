"""Withdraws messages that wait to be sent: one that a person no longer wants, or those about
something that changed. Called by `operations` and by rooms that put messages.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.budgets.release import release


async def withdraw_message(
    session: AsyncSession, *, salon_id: UUID, message_id: UUID, words: str
) -> bool:
    """Cancel a message that waits to be sent; False when it does not (any more)."""
    return bool(await _withdraw(session, ONE, salon_id=salon_id, id=message_id, words=words))


async def withdraw_about(
    session: AsyncSession, *, salon_id: UUID, reference: str, kinds: Sequence[str]
) -> int:
    """Cancel the messages about `reference` that have not gone out yet; answers how many.

    One that a worker is sending at this moment is not called back.
    """
    words = "withdrawn by its sender"
    about = {"reference": reference, "kinds": list(kinds)}
    return await _withdraw(session, ABOUT, salon_id=salon_id, words=words, **about)


async def _withdraw(
    session: AsyncSession, statement: TextClause, *, salon_id: UUID, **values: object
) -> int:
    """What an earlier try took from the budget is given back."""
    withdrawn = await session.execute(statement, {"salon_id": salon_id, **values})
    messages = [(salon_id, row.id) for row in withdrawn]
    await release(session, messages=messages)
    return len(messages)


WITHDRAW = """
    UPDATE notifications
    SET status = 'cancelled', finished_at = now(), error_message = CAST(:words AS text)
    WHERE salon_id = :salon_id AND status = 'pending' AND {which}
    RETURNING id
"""
ONE = text(WITHDRAW.format(which="id = :id"))
ABOUT = text(WITHDRAW.format(which="reference = :reference AND kind = ANY(:kinds)"))
