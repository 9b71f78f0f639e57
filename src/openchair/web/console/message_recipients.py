"""What the pages about messages know of their recipients: which get nothing any more. One
statement a page, however many messages it shows.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.queries import Message
from openchair.notifications.suppressions.queries import Address, listed_among
from openchair.web.console.door import Desk
from openchair.web.console.suppressions import reason_words


async def unwanted_among(
    session: AsyncSession, desk: Desk, messages: Sequence[Message]
) -> dict[UUID, str]:
    """Those of the messages that wait, yet will not go out, as their address is not written to any
    more; with the reason in the reader's language.
    """
    waiting = [each for each in messages if each.status == "pending"]
    addresses = {each.id: _address(each) for each in waiting}
    listed = await listed_among(session, addresses=list({*addresses.values()}), now=desk.now)
    return {
        each.id: reason_words(desk, found.reason)
        for each in waiting
        if (found := listed.get(addresses[each.id])) is not None
        and found.holds_at(max(each.next_attempt_at, desk.now))
    }


def _address(message: Message) -> Address:
    return Address(salon_id=message.salon_id, channel=message.channel, recipient=message.recipient)
