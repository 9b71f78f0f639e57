import asyncio
from uuid import UUID

from openchair.notifications.errors import Doubtful
from openchair.notifications.providers.email.smtp import SmtpProvider
from openchair.notifications.providers.provider import (
    Accepted,
    Doubted,
    Finding,
    HandOver,
    Known,
    Outgoing,
)
from openchair.notifications.reconcile import reconcile
from openchair.notifications.sweep import sweep
from openchair.platform.db.engine import Database
from tests.notifications.conftest import Post, Put, attempts_of, row_of, run, scalar, smtp_provider
from tests.notifications.mail_server import mail_server


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
    await asyncio.gather(*(post.deliver(message_id) for _ in range(10)))
    assert (await row_of(post.database, message_id))["lease_count"] == 1
    assert len(post.server.accepted) == 1


async def test_a_message_for_later_waits(post: Post, put: Put) -> None:
    message_id = await put()
    await run(post.database, "UPDATE notifications SET next_attempt_at = now() + '1 minute'")
    assert await post.deliver(message_id) is None
    assert post.server.accepted == []


async def test_a_temporary_refusal_waits_and_tries_again(post: Post, put: Put) -> None:
    message_id = await put()
    post.server.rcpt_answers = ["451 4.7.1 greylisted, come back later"]
    assert await post.deliver(message_id) == "pending"
    row = await row_of(post.database, message_id)
    assert (row["retry_count"], row["failure_type"]) == (1, "soft_bounce")
    assert "greylisted" in row["error_message"]
    assert row["handed_over_at"] is None
    wait = await scalar(
        post.database,
        "SELECT extract(epoch FROM next_attempt_at - (SELECT max(finished_at)"
        " FROM notification_attempts)) FROM notifications",
    )
    assert 1 <= wait <= 1.25
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
    dead = smtp_provider(gone)
    post.use(dead)
    assert await post.deliver(message_id) == "pending"
    row = await row_of(post.database, message_id)
    assert row["failure_type"] == "provider_error"
    async with mail_server(port=port) as back:
        await post.make_due(message_id)
        assert await post.deliver(message_id) == "sent"
        assert len(back.accepted) == 1
        await dead.close()


async def test_a_dead_server_is_passed_by_at_once(
    post: Post, put: Put, provider: SmtpProvider
) -> None:
    async with mail_server() as gone:
        dead = smtp_provider(gone)
    dead.name = "dead"
    post.use(dead, provider)
    message_id = await put()
    assert await post.deliver(message_id) == "sent"
    tries = await attempts_of(post.database, message_id)
    assert [(each["provider"], each["outcome"]) for each in tries] == [
        ("dead", "temporary"),
        ("smtp", "sent"),
    ]
    row = await row_of(post.database, message_id)
    assert (row["retry_count"], row["provider"]) == (0, "smtp")


async def test_five_failures_open_the_breaker_and_a_probe_closes_it(
    post: Post, put: Put, provider: SmtpProvider
) -> None:
    async with mail_server() as gone:
        port, dead = gone.port, smtp_provider(gone)
    dead.name = "dead"
    post.use(dead, provider)
    messages = [await put(dedupe_key=f"test:{number}") for number in range(8)]
    for message_id in messages:
        await post.deliver(message_id)
    asked = "SELECT count(*) FROM notification_attempts WHERE provider = 'dead'"
    assert 5 <= await scalar(post.database, asked) <= 8  # those under way together may all fail
    asked_before = await scalar(post.database, asked)
    assert await post.deliver(await put(dedupe_key="test:open")) == "sent"
    assert await scalar(post.database, asked) == asked_before
    assert await scalar(post.database, "SELECT state FROM provider_breakers") == "open"
    async with mail_server(port=port) as back:
        await run(
            post.database, "UPDATE provider_breakers SET opened_at = now() - interval '31 seconds'"
        )
        await post.deliver(await put(dedupe_key="test:probe"))
        assert len(back.accepted) == 1
        assert await scalar(post.database, "SELECT state FROM provider_breakers") == "closed"
        await dead.close()
    closed = "SELECT count(*) FROM events WHERE name = 'breaker.closed'"
    assert await scalar(post.database, closed) == 1


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
    post.decide(mail_max_tries=3)
    for expected in ("pending", "pending", "failed"):
        await post.make_due(message_id)
        assert await post.deliver(message_id) == expected
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


async def test_what_is_accepted_ends_a_row_of_failures(post: Post, put: Put) -> None:
    await run(
        post.database,
        "INSERT INTO provider_breakers (provider, failures, changed_at) VALUES ('smtp', 4, now())",
    )
    assert await post.deliver(await put()) == "sent"
    assert await scalar(post.database, "SELECT failures FROM provider_breakers") == 0


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

    def units(self, _outgoing: Outgoing) -> int:
        return 1

    async def send(self, _outgoing: Outgoing, /, *, hand_over: HandOver) -> Accepted:
        if self.after:
            await hand_over()
        await run(
            self.database,
            "UPDATE notifications SET lease_until = now() - interval '1 second'",
        )
        if self.after:
            async with self.database.transaction() as session:
                await sweep(session)
        else:
            await hand_over()
        return Accepted(words="250 OK")

    async def look_up(self, _doubted: Doubted) -> Finding:
        return Finding(known=Known.UNKNOWN, words="asleep")

    async def close(self) -> None:
        """Nothing is open."""


async def test_a_worker_that_lost_its_lease_does_not_hand_over(post: Post, put: Put) -> None:
    message_id = await put()
    post.use(Sleeper(post.database, after=False))
    assert await post.deliver(message_id) == "sending"
    assert (await row_of(post.database, message_id))["handed_over_at"] is None


async def test_a_late_acceptance_ends_the_doubt_and_nothing_else(post: Post, put: Put) -> None:
    message_id = await put()
    post.use(Sleeper(post.database, after=True))
    assert await post.deliver(message_id) == "sent"
    assert (await row_of(post.database, message_id))["was_doubtful"]
    outcomes = [each["outcome"] for each in await attempts_of(post.database, message_id)]
    assert outcomes == ["sent", "found"]
    stale = "SELECT count(*) FROM events WHERE name = 'message.worker_stale'"
    assert await scalar(post.database, stale) == 1


class Oracle(Sleeper):
    """A provider that loses its answers, and knows what it took."""

    def __init__(self, database: Database, finding: Finding) -> None:
        super().__init__(database, after=True)
        self.finding = finding

    async def send(self, _outgoing: Outgoing, /, *, hand_over: HandOver) -> Accepted:
        await hand_over()
        raise Doubtful("the answer was lost", failure_type="timeout")

    async def look_up(self, _doubted: Doubted) -> Finding:
        return self.finding


async def doubt_looked_up(post: Post, message_id: UUID, *, age: str = "10 seconds") -> str:
    """Let the time for a look-up come; the message's state after it."""
    await run(
        post.database,
        "UPDATE notifications SET reconcile_at = now(),"
        " handed_over_at = now() - CAST(:age AS text)::interval",
        age=age,
    )
    await reconcile(post.database)
    return str((await row_of(post.database, message_id))["status"])


async def test_what_the_provider_took_is_sent_and_stays_flagged(post: Post, put: Put) -> None:
    taken = Finding(
        known=Known.TAKEN,
        words="we have it",
        reference="r1",
        cost_micros=75_000,
        cost_currency="EUR",
    )
    post.use(Oracle(post.database, taken))
    message_id = await put()
    assert await post.deliver(message_id) == "doubtful"
    assert await doubt_looked_up(post, message_id) == "sent"
    row = await row_of(post.database, message_id)
    assert row["was_doubtful"]
    assert row["provider_reference"] == "r1"
    assert (row["cost_micros"], row["cost_currency"]) == (75_000, "EUR")
    assert await scalar(post.database, "SELECT cost_micros FROM notification_usage") == 75_000
    outcomes = [each["outcome"] for each in await attempts_of(post.database, message_id)]
    assert outcomes == ["doubtful", "found"]


async def test_what_it_does_not_know_is_sent_again_after_a_grace(
    post: Post, put: Put, provider: SmtpProvider
) -> None:
    post.use(Oracle(post.database, Finding(known=Known.NOT_TAKEN, words="never seen")))
    message_id = await put()
    assert await post.deliver(message_id) == "doubtful"
    assert await doubt_looked_up(post, message_id) == "doubtful"
    assert await doubt_looked_up(post, message_id, age="61 seconds") == "pending"
    post.use(provider)
    assert await post.deliver(message_id) == "sent"
    assert (await row_of(post.database, message_id))["was_doubtful"]


async def test_what_nobody_can_tell_stays_doubtful(post: Post, put: Put) -> None:
    post.use(Oracle(post.database, Finding(known=Known.UNKNOWN, words="no answer")))
    message_id = await put()
    assert await post.deliver(message_id) == "doubtful"
    assert await doubt_looked_up(post, message_id, age="1 day") == "doubtful"
    row = await row_of(post.database, message_id)
    assert row["reconcile_at"] > row["created_at"]
