from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.leases import Lease, claim, claim_suspect
from openchair.notifications.sweep import Swept, sweep
from openchair.platform.db.engine import Database
from tests.notifications.conftest import Post, Put, attempts_of, row_of, run, scalar


async def claim_one(
    session: AsyncSession, *, channel: str, worker: str, seconds: int
) -> list[Lease]:
    return await claim(session, channel=channel, worker=worker, seconds=seconds, limit=1)


async def swept(database: Database) -> Swept:
    async with database.transaction() as session:
        return await sweep(session)


async def leased_by_the_dead(
    database: Database, message_id: UUID, *, handed_over: bool = False
) -> None:
    """Lease it as a worker that then dies, and let the lease run out."""
    async with database.transaction() as session:
        worker = {"channel": "email", "worker": "dead:1"}
        found = await claim_one(session, **worker, seconds=60)
        found = found or await claim_suspect(session, **worker, seconds=60)
    assert [each.message.id for each in found] == [message_id]
    await run(
        database,
        "UPDATE notifications SET lease_until = now() - interval '1 second',"
        " handed_over_at = CASE WHEN :handed_over THEN now() END WHERE id = :id",
        id=message_id,
        handed_over=handed_over,
    )


async def test_a_lease_that_is_still_alive_is_left_alone(database: Database, put: Put) -> None:
    message_id = await put()
    async with database.transaction() as session:
        await claim_one(session, channel="email", worker="w", seconds=60)
    assert (await swept(database)).recovered == 0
    assert (await row_of(database, message_id))["status"] == "sending"


async def test_a_worker_that_died_before_the_content_left_is_replaced(
    database: Database, put: Put
) -> None:
    message_id = await put()
    await leased_by_the_dead(database, message_id)
    assert (await swept(database)).recovered == 1
    assert (await row_of(database, message_id))["status"] == "pending"
    [attempt] = await attempts_of(database, message_id)
    assert attempt["outcome"] == "lease_lost"


async def test_a_worker_that_died_after_the_content_left_makes_it_doubtful(
    database: Database, put: Put
) -> None:
    message_id = await put()
    await leased_by_the_dead(database, message_id, handed_over=True)
    await swept(database)
    assert (await row_of(database, message_id))["status"] == "doubtful"


async def test_what_kills_three_workers_is_quarantined(database: Database, put: Put) -> None:
    message_id = await put()
    for expected in ("pending", "pending", "failed"):
        await leased_by_the_dead(database, message_id)
        await swept(database)
        assert (await row_of(database, message_id))["status"] == expected
    assert await scalar(database, "SELECT error_message FROM dead_letter_queue") == (
        "its workers died 3 times"
    )


async def test_a_reminder_whose_visit_has_begun_expires(database: Database, put: Put) -> None:
    past = datetime.now(UTC) - timedelta(hours=1)
    message_id = await put(send_after=past - timedelta(hours=1), expires_at=past)
    assert (await swept(database)).expired == 1
    assert (await row_of(database, message_id))["status"] == "expired"


async def test_the_runbooks_retry_of_failed_mails_makes_them_go_out(put: Put, post: Post) -> None:
    message_id = await put()
    post.server.rcpt_answers = ["550 no such user"]
    assert await post.deliver(message_id) == "failed"
    await run(
        post.database,
        """
        UPDATE notification_queue
        SET status = 'pending', retry_count = 0, error_message = NULL
        WHERE channel = 'email'
        AND status = 'failed'
        AND created_at >= NOW() - INTERVAL '24 hours';
        """,
    )
    await run(post.database, "DELETE FROM notification_suppressions")
    assert await post.deliver(message_id) == "sent"
    assert len(post.server.accepted) == 1
    assert await scalar(post.database, "SELECT status FROM dead_letter_queue") == "closed"


async def test_the_runbooks_retry_of_dead_letters_makes_them_go_out(put: Put, post: Post) -> None:
    message_id = await put()
    post.server.rcpt_answers = ["451 busy"]
    post.decide(mail_max_tries=1)
    assert await post.deliver(message_id) == "failed"
    await run(post.database, "UPDATE dead_letter_queue SET failure_type = 'timeout'")
    await run(
        post.database,
        """
        UPDATE dead_letter_queue
        SET status = 'pending', retry_scheduled_at = NOW()
        WHERE failure_type = 'timeout'
        AND failure_count < 3;
        """,
    )
    assert (await swept(post.database)).redriven == 1
    assert await post.deliver(message_id) == "sent"
    assert await scalar(post.database, "SELECT status FROM dead_letter_queue") == "closed"


async def test_failing_again_counts_up_on_the_same_letter(put: Put, post: Post) -> None:
    message_id = await put()
    post.server.rcpt_answers = ["552 full", "552 full"]
    post.decide(mail_max_tries=1)
    for _ in range(2):
        await post.deliver(message_id)
        await run(post.database, "UPDATE notification_queue SET status = 'pending'")
    assert await scalar(post.database, "SELECT failure_count FROM dead_letter_queue") == 2
    assert await scalar(post.database, "SELECT count(*) FROM dead_letter_queue") == 1
