"""Tells a notice to its targets, all at once, and to the next channel where one is dead. Called by
the alerting of the watcher, and by doors for a test.

Needs no database, keeps nothing and never raises: what came of it is in the attempts it answers.
"""

import asyncio
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Protocol

from openchair.notifications.errors import DeliveryFailed
from openchair.operations.alerts.channels import email, slack, sms, webhook
from openchair.operations.alerts.channels.post import Delivered
from openchair.operations.alerts.channels.targets import CHANNELS, all_targets, shown
from openchair.operations.alerts.notice import Attempt, Channel, Notice, Target
from openchair.platform.clock import utc_now
from openchair.platform.ids import new_id
from openchair.platform.logging.setup import logger

TIMEOUT_SECONDS = 10.0
# All of it, stand-ins included, fits into a step of the watcher (20 s), or what came of it is lost.
TOTAL_SECONDS = 18.0
LEAST_SECONDS = 1.0
# What a channel does after its answer, such as a goodbye, must not make it a failure.
SPARE_SECONDS = 1.0
MOST_ERROR = 500

log = logger(__name__)


class Send(Protocol):
    """How every channel sends. Raises `Temporary` or `Permanent`."""

    async def __call__(
        self,
        notice: Notice,
        *,
        target: Target,
        timeout_seconds: float,
    ) -> Delivered:
        """One notice to one target within `timeout_seconds`."""
        ...


SENDERS: Mapping[Channel, Send] = {
    "webhook": webhook.send,
    "slack": slack.send,
    "email": email.send,
    "sms": sms.send,
}


async def deliver(
    notice: Notice,
    *,
    targets: Sequence[Target],
    spare: Sequence[Target] | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> list[Attempt]:
    """Every attempt, in the order in which they ended; each takes `timeout_seconds` at most.

    When every target of a channel failed, the first channel of `CHANNELS` that nobody used yet
    takes the notice `instead_of` it, out of `spare` (all that is set up), and so on. It ends
    within `TOTAL_SECONDS` and one more.
    """
    ends_at = monotonic() + TOTAL_SECONDS
    every = all_targets() if spare is None else spare
    used = {target.channel for target in targets}
    unused = [name for name in CHANNELS if name not in used]
    standing_in = [(name, _of(name, every)) for name in unused]
    substitutes = [(name, found) for name, found in standing_in if found]
    attempts: list[Attempt] = []

    async def tell(channel: Channel) -> None:
        """One channel, and whatever has to stand in for it."""
        found, instead_of = _of(channel, targets), None
        while True:
            seconds = min(timeout_seconds, ends_at - monotonic())
            told = [
                _attempt(notice, target=each, instead_of=instead_of, seconds=seconds)
                for each in found
            ]
            ended = await asyncio.gather(*told)
            attempts.extend(ended)
            late = ends_at - monotonic() < LEAST_SECONDS
            if arrived(ended) or late or not substitutes:
                return
            instead_of = channel
            _, found = substitutes.pop(0)

    await asyncio.gather(*(tell(channel) for channel in CHANNELS if channel in used))
    return attempts


def arrived(attempts: Sequence[Attempt]) -> bool:
    """Whether anybody was told at all."""
    return any(attempt.outcome == "sent" for attempt in attempts)


def dead_channels(attempts: Sequence[Attempt]) -> tuple[Channel, ...]:
    """The channels that were tried and reached nobody, in the order of `CHANNELS`."""
    alive = {attempt.channel for attempt in attempts if attempt.outcome == "sent"}
    tried = {attempt.channel for attempt in attempts}
    return tuple(name for name in CHANNELS if name in tried - alive)


def _of(channel: Channel, targets: Sequence[Target]) -> list[Target]:
    return [target for target in targets if target.channel == channel]


async def _attempt(
    notice: Notice, *, target: Target, instead_of: Channel | None, seconds: float
) -> Attempt:
    """Try once. Whatever goes wrong, ours or theirs, becomes the words of the attempt."""
    began, at = monotonic(), utc_now()
    status: int | None = None
    error: str | None = None
    try:
        async with asyncio.timeout(seconds + SPARE_SECONDS):
            send = SENDERS[target.channel]
            status = (await send(notice, target=target, timeout_seconds=seconds)).status_code
    except DeliveryFailed as failure:
        status, error = failure.status_code, failure.message
    except TimeoutError:
        error = f"no answer within {seconds:g} s"
    except Exception as failure:
        # A defect of one channel must not keep the others from telling.
        log.exception("an alert could not be told", channel=target.channel)
        error = f"{type(failure).__name__}: {failure}"
    if error is not None:
        log.warning("an alert did not arrive", channel=target.channel, reason=error[:MOST_ERROR])
    return Attempt(
        id=new_id(),
        notice_id=notice.id,
        kind=notice.kind,
        severity=notice.severity,
        title=notice.title,
        channel=target.channel,
        target=shown(target),
        outcome="sent" if error is None else "failed",
        duration_ms=round((monotonic() - began) * 1000),
        at=at,
        alert_ids=tuple(line.alert_id for line in notice.lines),
        held_back=sum(line.held_back for line in notice.lines),
        instead_of=instead_of,
        status_code=status,
        error=None if error is None else error[:MOST_ERROR],
    )
