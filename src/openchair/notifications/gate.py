"""What must be true before a message may leave: the recipient wants it, the hour is right, the
budget allows it. Called by `dispatch.py` for what was claimed and by `delivery.py` for the budget.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications import consent
from openchair.notifications.budgets.reserve import Wish, reserve_all
from openchair.notifications.budgets.rules import WAITS_FOR as BUDGET
from openchair.notifications.budgets.rules import Allowed, Refused, Wait
from openchair.notifications.errors import PutOff, Unwanted
from openchair.notifications.leases import Lease
from openchair.notifications.quiet_hours import WAITS_FOR as QUIET
from openchair.notifications.quiet_hours import quiet_hours_of, quiet_until
from openchair.notifications.suppressions.queries import Address, suppressed_among

Verdict = PutOff | Unwanted | None


async def examine(
    session: AsyncSession, *, leases: Sequence[Lease], now: datetime
) -> list[Verdict]:
    """For each message why it may not go out now, or None: it may. One statement for messages
    that clients ordered, a few more for those that can wait or be refused.
    """
    addresses = [_address(lease) for lease in leases]
    suppressed = await suppressed_among(session, addresses=addresses, now=now)
    verdicts: list[Verdict] = [
        Unwanted(f"the address is on the suppression list ({suppressed[address]})")
        if address in suppressed
        else None
        for address in addresses
    ]
    for number, lease in enumerate(leases):
        if verdicts[number] is None and lease.message.category != "transactional":
            verdicts[number] = await _examine(session, lease, now)
    return verdicts


async def _examine(session: AsyncSession, lease: Lease, now: datetime) -> Verdict:
    message = lease.message
    if not await consent.allows(
        session,
        salon_id=message.salon_id,
        channel=message.channel,
        recipient=message.recipient,
        category=message.category,
    ):
        return Unwanted(f"the recipient does not want a {message.category} message")
    quiet, salons_zone = (await quiet_hours_of(session, salon_ids=[message.salon_id]))[
        message.salon_id
    ]
    until = quiet_until(
        now=now,
        channel=message.channel,
        category=message.category,
        time_zone=message.time_zone or salons_zone,
        quiet=quiet,
        expires_at=message.expires_at,
    )
    return PutOff(until=until, waits_for=QUIET) if until else None


async def reserve(
    session: AsyncSession, *, items: Sequence[tuple[Lease, int]], now: datetime
) -> list[Verdict]:
    """Take each message's units from its salon's budget, once for all its tries."""
    wishes = [
        Wish(
            salon_id=lease.message.salon_id,
            notification_id=lease.message.id,
            channel=lease.message.channel,
            category=lease.message.category,
            units=units,
            expires_at=lease.message.expires_at,
            token=lease.token,
        )
        for lease, units in items
    ]
    verdicts: list[Verdict] = []
    for verdict in await reserve_all(session, wishes=wishes, now=now):
        match verdict:
            case Allowed():
                verdicts.append(None)
            case Wait(until):
                verdicts.append(PutOff(until=until, waits_for=BUDGET))
            case Refused(reason):
                verdicts.append(Unwanted(reason))
    return verdicts


def _address(lease: Lease) -> Address:
    message = lease.message
    return Address(salon_id=message.salon_id, channel=message.channel, recipient=message.recipient)
