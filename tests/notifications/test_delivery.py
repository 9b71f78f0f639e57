import asyncio
from contextlib import nullcontext
from uuid import UUID

import pytest

from openchair.notifications.delivery import deliver
from openchair.notifications.providers.email.smtp import SmtpProvider
from openchair.notifications.providers.provider import HandOver, Outgoing
from openchair.notifications.sweep import sweep
from openchair.platform.db.engine import Database
from tests.notifications.conftest import Put, attempts_of, row_of, run, scalar
from tests.notifications.mail_server import MailServer, mail_server

JOBS = "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'notifications.deliver'"


@pytest.fixture
def post(database: Database, salon_id: UUID, server: MailServer, provider: SmtpProvider) -> "Post":
    return Post(database, salon_id, server, provider)


class Post:
    """Delivers by hand, as the job does."""

    def __init__(
        self, database: Database, salon_id: UUID, server: MailServer, provider: SmtpProvider
    ) -> None:
        self.database, self.salon_id, self.server = database, salon_id, server
        self.provider = provider

    async def deliver(self, notification_id: UUID, **settings: int) -> str | None:
        return await deliver(
            self.database,
            salon_id=self.salon_id,
            notification_id=notification_id,
            provider=self.provider,
            settings=self.server.settings(**settings),
        )

    async def make_due(self, notification_id: UUID) -> None:
        """Let the wait before the next try pass."""
        await run(
            self.database,
            "UPDATE notification_queue SET next_attempt_at = now() WHERE id = :id",
            id=notification_id,
        )


async def test_a_due_message_is_sent_once(post: Post, put: Put) -> None:
    message_id = await put()
    assert await post.deliver(message_id) == "sent"
    assert await post.deliver(message_id) is None
    row = await row_of(post.database, message_id)
    assert row["status"] == "sent"
    assert row["sent_at"] is not None
    assert row["provider"] == "smtp"
    assert row["lease_token"] is None
    [mail] = post.server.accepted
    assert mail["To"] == "anna@example.org"
    assert mail["Message-ID"] == row["message_id"]
    assert mail["X-Correlation-Id"] == row["correlation_id"]
    [attempt] = await attempts_of(post.database, message_id)
    assert attempt["outcome"] == "sent"
    assert attempt["handed_over_at"] is not None


async def test_ten_workers_at_once_send_it_once(post: Post, put: Put) -> None:
    message_id = await put()
    answers = await asyncio.gather(*(post.deliver(message_id) for _ in range(10)))
    assert sorted(answers, key=str) == [None] * 9 + ["sent"]
    assert len(post.server.accepted) == 1


async def test_a_message_for_later_waits(post: Post, put: Put) -> None:
    message_id = await put()
    await run(post.database, "UPDATE notification_queue SET next_attempt_at = now() + '1 minute'")
    assert await post.deliver(message_id) is None
    assert post.server.accepted == []


async def test_a_temporary_refusal_waits_and_tries_again(post: Post, put: Put) -> None:
    message_id = await put()
    await run(post.database, "DELETE FROM pgqueuer")
    post.server.rcpt_answers = ["451 4.7.1 greylisted, come back later"]
    assert await post.deliver(message_id) == "pending"
    row = await row_of(post.database, message_id)
    assert (row["retry_count"], row["failure_type"]) == (1, "soft_bounce")
    assert "greylisted" in row["error_message"]
    assert row["handed_over_at"] is None
    wait = await scalar(
        post.database,
        "SELECT extract(epoch FROM next_attempt_at - (SELECT max(finished_at)"
        " FROM notification_attempts)) FROM notification_queue",
    )
    assert 1 <= wait <= 1.25
    assert await scalar(post.database, JOBS) == 1
    await post.make_due(message_id)
    assert await post.deliver(message_id) == "sent"
    assert [each["outcome"] for each in await attempts_of(post.database, message_id)] == [
        "temporary",
        "sent",
    ]
    assert len(post.server.accepted) == 1


async def test_a_server_that_is_down_and_comes_back(post: Post, put: Put) -> None:
    message_id = await put()
    async with mail_server() as gone:
        port = gone.port
    dead = SmtpProvider(gone.settings())
    living, post.provider = post.provider, dead
    assert await post.deliver(message_id) == "pending"
    row = await row_of(post.database, message_id)
    assert row["failure_type"] == "provider_error"
    async with mail_server(port=port) as back:
        await post.make_due(message_id)
        assert await post.deliver(message_id) == "sent"
        assert len(back.accepted) == 1
        await dead.close()
    post.provider = living


async def test_a_hard_bounce_ends_in_a_dead_letter(post: Post, put: Put) -> None:
    message_id = await put(data={"booking_id": "b1"})
    post.server.rcpt_answers = ["550 5.1.1 no such user"]
    assert await post.deliver(message_id) == "failed"
    row = await row_of(post.database, message_id)
    assert (row["status"], row["failure_type"]) == ("failed", "hard_bounce")
    letter = await scalar(
        post.database,
        "SELECT to_jsonb(d) FROM dead_letter_queue d WHERE notification_id = :id",
        id=message_id,
    )
    assert letter["failure_type"] == "hard_bounce"
    assert letter["status"] == "waiting"
    assert letter["failure_count"] == 1
    assert letter["original_payload"]["recipient"] == "anna@example.org"
    assert letter["original_payload"]["data"] == {"booking_id": "b1"}


async def test_refused_content_ends_in_a_dead_letter(post: Post, put: Put) -> None:
    message_id = await put()
    post.server.data_answers = ["554 5.7.1 looks like spam"]
    assert await post.deliver(message_id) == "failed"
    assert (await row_of(post.database, message_id))["failure_type"] == "content_rejected"


async def test_the_last_try_ends_in_a_dead_letter(post: Post, put: Put) -> None:
    message_id = await put()
    post.server.rcpt_answers = ["451 busy"] * 3
    for expected in ("pending", "pending", "failed"):
        await post.make_due(message_id)
        assert await post.deliver(message_id, mail_max_tries=3) == expected
    assert (
        await scalar(post.database, "SELECT failure_type FROM dead_letter_queue") == "soft_bounce"
    )


async def test_an_answer_lost_after_the_content_is_doubtful_and_never_sent_again(
    post: Post, put: Put
) -> None:
    message_id = await put()
    post.server.data_answers = ["drop"]
    assert await post.deliver(message_id) == "doubtful"
    row = await row_of(post.database, message_id)
    assert row["status"] == "doubtful"
    assert row["handed_over_at"] is not None
    await post.make_due(message_id)
    assert await post.deliver(message_id) is None
    assert len(post.server.accepted) == 1


async def test_a_connection_lost_before_the_content_is_safe_to_repeat(post: Post, put: Put) -> None:
    message_id = await put()
    post.server.rcpt_answers = ["drop"]
    assert await post.deliver(message_id) == "pending"
    await post.make_due(message_id)
    assert await post.deliver(message_id) == "sent"
    assert len(post.server.accepted) == 1


async def test_what_is_no_longer_true_is_cancelled(post: Post, put: Put) -> None:
    message_id = await put(data={"outdated": True})
    assert await post.deliver(message_id) == "cancelled"
    assert (await row_of(post.database, message_id))["error_message"] == "said before"
    assert post.server.accepted == []


async def test_a_renderers_defect_costs_a_try_and_not_the_message(post: Post, put: Put) -> None:
    message_id = await put(data={"defect": True})
    assert await post.deliver(message_id) == "pending"
    row = await row_of(post.database, message_id)
    assert row["failure_type"] == "other"
    assert "ZeroDivisionError" in row["error_message"]


async def test_a_kind_nobody_renders_is_kept(post: Post, put: Put) -> None:
    message_id = await put(kind="test.unknown")
    assert await post.deliver(message_id) == "pending"
    assert "no renderer" in (await row_of(post.database, message_id))["error_message"]


async def test_connections_are_used_again(post: Post, put: Put) -> None:
    for number in range(5):
        assert await post.deliver(await put(dedupe_key=f"test:{number}")) == "sent"
    assert len(post.server.accepted) == 5
    assert post.server.connections == 1


class Sleeper:
    """A provider whose process was stopped for longer than its lease, before or after sending."""

    name = "sleeper"

    def __init__(self, database: Database, *, after: bool) -> None:
        self.database, self.after = database, after

    def place(self) -> nullcontext[None]:
        return nullcontext()

    async def send(self, _outgoing: Outgoing, /, *, hand_over: HandOver) -> str:
        if self.after:
            await hand_over()
        await run(
            self.database,
            "UPDATE notification_queue SET lease_until = now() - interval '1 second'",
        )
        if self.after:
            async with self.database.transaction() as session:
                await sweep(session)
        else:
            await hand_over()
        return "250 OK"

    async def close(self) -> None:
        """Nothing is open."""


async def test_a_worker_that_lost_its_lease_does_not_hand_over(post: Post, put: Put) -> None:
    message_id = await put()
    post.provider = Sleeper(post.database, after=False)  # type: ignore[assignment]
    assert await post.deliver(message_id) == "lost"
    assert (await row_of(post.database, message_id))["status"] == "sending"


async def test_a_late_result_is_fenced_off_but_kept_as_evidence(post: Post, put: Put) -> None:
    message_id = await put()
    post.provider = Sleeper(post.database, after=True)  # type: ignore[assignment]
    assert await post.deliver(message_id) == "lost"
    assert (await row_of(post.database, message_id))["status"] == "doubtful"
    [attempt] = await attempts_of(post.database, message_id)
    assert attempt["outcome"] == "sent"
