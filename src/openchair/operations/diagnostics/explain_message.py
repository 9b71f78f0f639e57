"""Everything known about one message: every try, what it waits for, what comes next, its cost.

Called by `openchair explain message`, `messages show` and the console. Reads only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.dead_letters.queries import Letter, get_letter
from openchair.notifications.providers.current import providers
from openchair.notifications.queries import Message, get_message
from openchair.notifications.suppressions.queries import Address, listed_among
from openchair.operations.diagnostics.outlook import outlook
from openchair.platform.breakers.breaker import Breaker, list_breakers
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.errors import NotFound
from openchair.platform.outbound.queries import Call, calls_about


@dataclass(frozen=True, slots=True)
class MessageStory:
    """One message as it stands at `at`: `next` says in sentences what happens and when.

    `breakers` are those of its channel's providers that are open; `calls` what was asked of
    services under its correlation id.
    """

    at: datetime
    message: Message
    letter: Letter | None
    breakers: tuple[Breaker, ...]
    calls: tuple[Call, ...]
    next: tuple[str, ...]


async def explain_message(
    session: AsyncSession,
    *,
    database: Database,
    message_id: UUID,
    salon_id: UUID | None = None,
) -> MessageStory:
    """By the message's id. Raises `NotFound`, also for another salon's. `database` is what its
    providers would work with; none is called.
    """
    message = await get_message(session, message_id=message_id, salon_id=salon_id)
    names = [each.name for each in providers(message.channel, database=database)]
    found = [each for each in await list_breakers(session) if each.provider in names]
    opened = [each for each in found if each.state == "open"]
    letter = await _letter(session, message)
    calls: Sequence[Call] = ()
    if message.correlation_id:
        calls = await calls_about(
            session, correlation_id=message.correlation_id, since=message.created_at
        )
    now = utc_now()
    address = Address(
        salon_id=message.salon_id, channel=message.channel, recipient=message.recipient
    )
    listed = await listed_among(session, addresses=[address], now=now)
    return MessageStory(
        at=now,
        message=message,
        letter=letter,
        breakers=tuple(opened),
        calls=tuple(calls),
        next=outlook(
            message,
            letter=letter,
            providers=names,
            opened=opened,
            now=now,
            listed=listed.get(address),
        ),
    )


async def _letter(session: AsyncSession, message: Message) -> Letter | None:
    try:
        return await get_letter(session, letter_id=message.id, salon_id=message.salon_id)
    except NotFound:
        return None
