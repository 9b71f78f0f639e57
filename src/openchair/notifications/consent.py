"""Asks whether somebody wants a message. The answers are the customers' room's, above this one:
it registers how to ask (`register`), and this room only asks.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

Allows = Callable[..., Awaitable[bool]]

_asked: list[Allows] = []


def register(allows: Allows) -> None:
    """Let `allows(session, *, salon_id, channel, recipient, category)` answer from now on."""
    _asked[:] = [allows]


async def allows(
    session: AsyncSession, *, salon_id: UUID, channel: str, recipient: str, category: str
) -> bool:
    """Whether the recipient wants messages of this category by this channel.

    What is transactional is always wanted. Without anybody to ask, a reminder is and marketing
    is not: nobody has agreed to it.
    """
    if category == "transactional":
        return True
    if not _asked:
        return category != "marketing"
    return await _asked[0](
        session, salon_id=salon_id, channel=channel, recipient=recipient, category=category
    )
