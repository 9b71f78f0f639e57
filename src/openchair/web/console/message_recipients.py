"""What the pages about messages know of their recipients: their names, and which get nothing any
more. Each is one statement a page, however many messages it shows.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.profiles.queries import addresses_of, names_at
from openchair.notifications.queries import Message
from openchair.notifications.suppressions.queries import Address, listed_among
from openchair.web.console.door import Desk
from openchair.web.console.phones import as_stored
from openchair.web.console.suppressions import reason_words


async def clients_among(
    session: AsyncSession, desk: Desk, recipients: Iterable[str]
) -> dict[str, str]:
    """The names of the clients who are reached at these addresses, where the salon knows them."""
    found = await names_at(session, salon_id=desk.salon.id, addresses=list(recipients))
    return {address: ", ".join(names) for address, names in found.items()}


async def searched(session: AsyncSession, desk: Desk, part: str) -> list[str]:
    """Where the clients are reached who are searched for by a part of name, address or number."""
    if not part:
        return []
    number = as_stored(part, country=desk.salon.location.country)
    return await addresses_of(session, salon_id=desk.salon.id, part=number)


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
