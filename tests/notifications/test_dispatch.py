"""How the loop shares its providers out: probes, fail-over, and patience with slow ones."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest

from openchair.notifications import dispatch
from openchair.notifications.errors import Temporary
from openchair.notifications.providers.email.smtp import SmtpProvider
from openchair.notifications.providers.provider import (
    Accepted,
    Doubted,
    Finding,
    HandOver,
    Known,
    Outgoing,
)
from tests.notifications.conftest import Post, Put, attempts_of, row_of, run, scalar
from tests.notifications.mail_server import MailServer

Act = Callable[[HandOver], Any]


class Actor:
    """A provider that does what the test says, and counts how often it was asked."""

    def __init__(self, name: str, act: Act) -> None:
        self.name, self.act, self.asked = name, act, 0

    def units(self, _outgoing: Outgoing) -> int:
        return 1

    async def send(self, _outgoing: Outgoing, /, *, hand_over: HandOver) -> Accepted:
        self.asked += 1
        await self.act(hand_over)
        return Accepted(words=f"250 {self.name}")

    async def look_up(self, _doubted: Doubted) -> Finding:
        return Finding(known=Known.UNKNOWN, words="not asked")

    async def close(self) -> None:
        """Nothing is open."""


async def takes(hand_over: HandOver) -> None:
    await hand_over()


async def is_dead(_hand_over: HandOver) -> None:
    raise Temporary("refused", failure_type="provider_error", provider_down=True)


async def half_open(post: Post, *names: str) -> None:
    """Their breakers opened long ago: the next caller may probe."""
    for name in names:
        await run(
            post.database,
            "INSERT INTO provider_breakers (provider, state, failures, opened_at, changed_at)"
            " VALUES (:name, 'open', 5, now() - interval '1 hour', now())",
            name=name,
        )


async def breakers(post: Post) -> dict[str, str]:
    found: dict[str, str] = await scalar(
        post.database, "SELECT jsonb_object_agg(provider, state) FROM provider_breakers"
    )
    return found


async def probes_under_way(post: Post) -> int:
    found: int = await scalar(
        post.database, "SELECT count(*) FROM provider_breakers WHERE probe_until IS NOT NULL"
    )
    return found


async def pass_by(post: Post) -> int:
    """One pass of the loop; how many messages it claimed."""
    found = dispatch.Dispatch(post.database, channel="email")
    claimed = await found.begin()
    await found.finish()
    return claimed


async def test_while_every_provider_is_probed_one_message_goes_alone(post: Post, put: Put) -> None:
    post.use(Actor("first", takes), Actor("second", takes))
    await half_open(post, "first", "second")
    for number in range(3):
        await put(dedupe_key=f"test:{number}")
    assert await pass_by(post) == 1
    assert await breakers(post) == {"first": "closed", "second": "open"}
    assert await probes_under_way(post) == 0, "what was not tried may be probed by the next"
    assert await pass_by(post) == 2
    assert await breakers(post) == {"first": "closed", "second": "closed"}
    states = "SELECT count(*) FROM notifications WHERE status = 'sent' AND lost_leases = 0"
    assert await scalar(post.database, states) == 3


async def test_a_probe_that_is_refused_goes_on_by_the_provider_that_works(
    post: Post, put: Put
) -> None:
    post.use(Actor("first", takes), dead := Actor("second", is_dead))
    await half_open(post, "second")
    message_id = await put()
    assert await post.deliver(message_id) == "sent"
    assert dead.asked == 1
    tries = await attempts_of(post.database, message_id)
    assert [each["provider"] for each in tries] == ["second", "first"]
    assert await breakers(post) == {"second": "open"}
    assert await post.deliver(await put(dedupe_key="test:2")) == "sent"
    assert dead.asked == 1, "it is left alone until its cool-down is over"


async def test_a_probe_whose_lease_ended_is_given_back(post: Post, put: Put) -> None:
    async def sleeps(hand_over: HandOver) -> None:
        await run(post.database, "UPDATE notifications SET lease_until = now() - interval '1 s'")
        await hand_over()

    post.use(Actor("first", sleeps))
    await half_open(post, "first")
    await put()
    await pass_by(post)
    assert await probes_under_way(post) == 0
    stale = "SELECT count(*) FROM events WHERE name = 'message.worker_stale'"
    assert await scalar(post.database, stale) == 1


async def test_what_another_provider_is_to_try_has_not_left_yet(post: Post, put: Put) -> None:
    seen: list[Any] = []

    async def refuses_the_content(hand_over: HandOver) -> None:
        await hand_over()
        raise Temporary("421 closing", failure_type="rate_limit", provider_down=True)

    async def looks(hand_over: HandOver) -> None:
        seen.append((await row_of(post.database, message_id))["handed_over_at"])
        await hand_over()

    post.use(Actor("first", refuses_the_content), Actor("second", looks))
    message_id = await put()
    assert await post.deliver(message_id) == "sent"
    assert seen == [None]  # a worker that dies here leaves nothing in doubt


async def test_one_slow_message_is_no_reason_to_ask_without_a_pause(
    post: Post, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_slow(hand_over: HandOver) -> None:
        await hand_over()
        await asyncio.sleep(1)

    looks = 0
    begin = dispatch.Dispatch.begin

    async def counted(self: dispatch.Dispatch, **more: Any) -> int:
        nonlocal looks
        looks += 1
        return await begin(self, **more)

    monkeypatch.setattr(dispatch.Dispatch, "begin", counted)
    post.use(Actor("first", is_slow))
    await put()
    await dispatch.drain(post.database, channel="email", stop=asyncio.Event())
    assert 2 <= looks <= 10


async def test_a_server_that_is_slow_at_each_step_is_no_poison(
    post: Post, put: Put, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer comes in time, all together do not: the try ends before its lease does."""

    async def slow_mail(
        _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        await asyncio.sleep(0.7)
        envelope.mail_from = address
        return "250 OK"

    async def slow_rcpt(*_: Any) -> str:
        await asyncio.sleep(0.7)
        return "250 OK"

    monkeypatch.setattr(server, "handle_MAIL", slow_mail, raising=False)
    monkeypatch.setattr(server, "handle_RCPT", slow_rcpt)
    post.decide(mail_timeout_seconds=1, mail_lease_seconds=2)
    post.use(impatient(server))
    message_id = await put()
    began = monotonic()
    assert await post.deliver(message_id) == "pending"
    assert monotonic() - began < 2
    row = await row_of(post.database, message_id)
    assert (row["failure_type"], row["lost_leases"], row["retry_count"]) == ("timeout", 0, 1)


def impatient(server: MailServer) -> SmtpProvider:
    """The product's way to this server, waiting a second at most."""
    settings = server.settings(mail_timeout_seconds=1)
    return SmtpProvider(settings.servers[0], settings)
