"""What every channel of the alerts does, against the sandbox as a real process; no test here has a
database.
"""

import asyncio
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic

import pytest

from openchair.notifications.errors import DeliveryFailed, Permanent, Temporary
from openchair.operations.alerts.channels.deliver import SENDERS
from openchair.operations.alerts.channels.targets import CHANNELS, all_targets
from openchair.operations.alerts.notice import Channel, Target
from openchair.platform.settings import base
from tests.operations.alerts.channels.conftest import alert_settings, notice
from tests.sandbox_process import Sandbox

Seen = Callable[[Sandbox], Awaitable[list[str]]]


async def posted(outside: Sandbox) -> list[str]:
    return [each["body"] for each in await outside.webhooks()]


async def slacked(outside: Sandbox) -> list[str]:
    return [each["body"] for each in await outside.slack()]


async def mailed(outside: Sandbox) -> list[str]:
    return [each["subject"] + each["text"] for each in await outside.mails()]


async def texted(outside: Sandbox) -> list[str]:
    return [each["body"] for each in await outside.sms()]


@dataclass(frozen=True, kw_only=True)
class Way:
    """A channel, what the sandbox saw of it, and the stand-ins behind it in the order of use."""

    channel: Channel
    seen: Seen
    behind: tuple[str, ...]
    for_good: str | None = None
    for_now: str = "error_500"

    @property
    def target(self) -> Target:
        return next(each for each in all_targets() if each.channel == self.channel)


WAYS = (
    Way(channel="webhook", seen=posted, behind=("webhook",), for_good="gone"),
    Way(channel="slack", seen=slacked, behind=("slack",), for_good="gone"),
    Way(
        channel="email",
        seen=mailed,
        behind=("smtp", "smtp-backup"),
        for_good="reject",
        for_now="busy",
    ),
    Way(channel="sms", seen=texted, behind=("twilio", "vonage")),
)


@pytest.fixture(params=WAYS, ids=[way.channel for way in WAYS])
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.param
    return found


async def send(way: Way, *, seconds: float = 10, target: Target | None = None) -> str:
    told = SENDERS[way.channel](notice(), target=target or way.target, timeout_seconds=seconds)
    return (await told).words


async def fails(way: Way, *, seconds: float = 10, target: Target | None = None) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as raised:
        await send(way, seconds=seconds, target=target)
    assert isinstance(raised.value, Temporary | Permanent), "nothing is ever left in doubt"
    return raised.value


def test_every_channel_is_here() -> None:
    assert tuple(way.channel for way in WAYS) == CHANNELS == tuple(SENDERS)


async def test_it_arrives_once_with_what_matters(way: Way, receivers: Sandbox) -> None:
    assert await send(way)
    (text,) = await way.seen(receivers)
    assert "P0" in text
    assert "DatabaseDown: The database refuses connections" in text


async def test_it_is_refused_by_a_closed_door(way: Way, receivers: Sandbox) -> None:
    for name in way.behind:
        await receivers.fault(name, "refuse")
    failure = await fails(way)
    assert isinstance(failure, Temporary)
    assert await way.seen(receivers) == []


async def test_nobody_listens(
    way: Way, receivers: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = str(bound.getsockname()[1])
        for name in ("SMTP_PORT", "SMTP_BACKUP_PORT"):
            monkeypatch.setenv(name, port)
        for name in ("TWILIO_BASE_URL", "VONAGE_BASE_URL"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        for name in ("ALERT_WEBHOOK_URL", "ALERT_SLACK_WEBHOOK"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}/x")
        base.forget()
        assert isinstance(await fails(way), Temporary)


async def test_it_waits_no_longer_than_told(way: Way, receivers: Sandbox) -> None:
    for name in way.behind:
        await receivers.fault(name, "slow", seconds=20)
    began = monotonic()
    failure = await fails(way, seconds=1)
    assert isinstance(failure, Temporary)
    assert failure.failure_type in {"timeout", "provider_error"}
    assert monotonic() - began < 2


async def test_what_is_refused_for_now_is_temporary(way: Way, receivers: Sandbox) -> None:
    for name in way.behind:
        await receivers.fault(name, way.for_now)
    failure = await fails(way)
    assert isinstance(failure, Temporary)
    assert failure.status_code in {500, 421}
    assert await way.seen(receivers) == []


async def test_what_is_refused_for_good_is_permanent(way: Way, receivers: Sandbox) -> None:
    target = way.target
    if way.for_good is None:
        target = Target(channel="sms", address="+491")
    else:
        for name in way.behind:
            await receivers.fault(name, way.for_good)
    failure = await fails(way, target=target)
    assert isinstance(failure, Permanent)
    assert await way.seen(receivers) == []


@pytest.mark.parametrize("fault", ["refuse", "slow"])
async def test_the_second_behind_a_channel_takes_over(
    way: Way, receivers: Sandbox, fault: str
) -> None:
    if len(way.behind) == 1:
        return
    first, second = way.behind
    await receivers.fault(first, fault, **({"seconds": 20} if fault == "slow" else {}))
    assert second in await send(way, seconds=4)
    assert await way.seen(receivers)


async def test_it_arrives_while_the_database_is_away(way: Way, receivers: Sandbox) -> None:
    """A process of its own, whose database refuses: whoever asked for it would fail."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"postgresql://nobody@127.0.0.1:{closed.getsockname()[1]}/none"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", TELL, way.channel),
            env={**os.environ, **alert_settings(receivers), "DATABASE_URL": url},
            stdout=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(60):
            words, _ = await process.communicate()
    assert words.decode().split() == ["sent"], words
    assert len(await way.seen(receivers)) == 1


TELL = """
import asyncio, sys
from openchair.operations.alerts.channels.deliver import deliver
from openchair.operations.alerts.channels.targets import all_targets
from tests.operations.alerts.channels.conftest import notice

targets = [each for each in all_targets() if each.channel == sys.argv[1]]
for attempt in asyncio.run(deliver(notice(), targets=targets, spare=())):
    print(attempt.outcome)
"""
