"""The communication test: everybody who is called and every channel of the alerts is really
reached. For the command and the console, which show a plan first; writes nothing.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from openchair.operations.alerts.channels.deliver import SENDERS, TIMEOUT_SECONDS
from openchair.operations.alerts.channels.targets import shown
from openchair.operations.alerts.notice import Notice, Target
from openchair.operations.oncall.contact import Contact
from openchair.operations.oncall.reach import Reached, Taken, reach_contacts, timed
from openchair.platform import correlation
from openchair.platform.ids import new_id

WHO, ROLE = "alerts", "channel"


async def reach_everybody(
    contacts: Sequence[Contact], *, targets: Sequence[Target], now: datetime
) -> list[Reached]:
    """A row for each target of the channels, then for each address of each contact. No channel
    stands in for another here. `oncall/reached.py` keeps what came of it.
    """
    channels, people = await asyncio.gather(
        reach_channels(targets, now=now), reach_contacts(contacts)
    )
    return [*channels, *people]


async def reach_channels(targets: Sequence[Target], *, now: datetime) -> list[Reached]:
    """A test notice to each target, all at once; it says that nothing is wrong."""
    notice = Notice(
        id=new_id(),
        kind="test",
        severity="low",
        title="Communication test: this channel works",
        lines=(),
        at=now,
        correlation_id=correlation.current(),
    )
    return list(await asyncio.gather(*(_reach(notice, target) for target in targets)))


async def _reach(notice: Notice, target: Target) -> Reached:
    async def send() -> Taken:
        delivered = await SENDERS[target.channel](
            notice, target=target, timeout_seconds=TIMEOUT_SECONDS
        )
        by_mail = target.channel == "email"
        return Taken(words=delivered.words, message_id=delivered.reference if by_mail else None)

    outcome, latency, arrived, words = await timed(send)
    return Reached(
        who=WHO,
        role=ROLE,
        way=target.channel,
        target=shown(target),
        outcome=outcome,
        latency_ms=latency,
        arrived=arrived,
        words=words,
    )
