from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from openchair.notifications.delivery import deliver
from openchair.notifications.leases import claim
from openchair.notifications.providers.email.smtp import SmtpProvider
from openchair.notifications.sweep import Swept, sweep
from openchair.platform.db.engine import Database
from tests.notifications.conftest import Put, attempts_of, row_of, run, scalar
from tests.notifications.mail_server import MailServer

JOBS = "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'notifications.deliver'"


async def swept(database: Database) -> Swept:
    async with database.transaction() as session:
        return await sweep(session)


async def leased_by_the_dead(
    database: Database, salon_id: UUID, message_id: UUID, *, handed_over: bool = False
) -> None:
    """Lease it as a worker that then dies, and let the lease run out."""
    async with database.transaction() as session:
        found = await claim(
            session, salon_id=salon_id, notification_id=message_id, worker="dead:1", seconds=60
        )
    assert found is not None
    await run(
        database,
        "UPDATE notification_queue SET lease_until = now() - interval '1 second',"
        " handed_over_at = CASE WHEN :handed_over THEN now() END WHERE id = :id",
        id=message_id,
        handed_over=handed_over,
    )


async def test_a_lease_that_is_still_alive_is_left_alone(
    database: Database, put: Put, salon_id: UUID
) -> None:
    message_id = await put()
    async with database.transaction() as session:
        await claim(session, salon_id=salon_id, notification_id=message_id, worker="w", seconds=60)
    assert (await swept(database)).recovered == 0
    assert (await row_of(database, message_id))["status"] == "sending"


async def test_a_worker_that_died_before_the_content_left_is_replaced(
    database: Database, put: Put, salon_id: UUID
) -> None:
    message_id = await put()
    await run(database, "DELETE FROM pgqueuer")
    await leased_by_the_dead(database, salon_id, message_id)
    found = await swept(database)
    assert (found.recovered, found.woken) == (1, 1)
    assert (await row_of(database, message_id))["status"] == "pending"
    assert await scalar(database, JOBS) == 1
    [attempt] = await attempts_of(database, message_id)
    assert attempt["outcome"] == "lease_lost"


async def test_a_worker_that_died_after_the_content_left_makes_it_doubtful(
    database: Database, put: Put, salon_id: UUID
) -> None:
    message_id = await put()
    await leased_by_the_dead(database, salon_id, message_id, handed_over=True)
    await swept(database)
    assert (await row_of(database, message_id))["status"] == "doubtful"
    assert (await swept(database)).woken == 0


async def test_what_kills_three_workers_is_quarantined(
    database: Database, put: Put, salon_id: UUID
) -> None:
    message_id = await put()
    for expected in ("pending", "pending", "failed"):
        await leased_by_the_dead(database, salon_id, message_id)
        await swept(database)
        assert (await row_of(database, message_id))["status"] == expected
    assert await scalar(database, "SELECT error_message FROM dead_letter_queue") == (
        "its workers died 3 times"
    )


async def test_a_reminder_is_woken_when_its_time_has_come(database: Database, put: Put) -> None:
    now = datetime.now(UTC)
    due = await put(send_after=now - timedelta(seconds=1), expires_at=now + timedelta(hours=1))
    await put(send_after=now + timedelta(hours=1), dedupe_key="test:later")
    assert (await swept(database)).woken == 1
    assert (await swept(database)).woken == 1  # still due, but its job waits already
    assert await scalar(database, JOBS) == 1
    assert str(due) in await scalar(database, "SELECT convert_from(payload, 'UTF8') FROM pgqueuer")


async def test_a_reminder_whose_visit_has_begun_expires(database: Database, put: Put) -> None:
    past = datetime.now(UTC) - timedelta(hours=1)
    message_id = await put(send_after=past - timedelta(hours=1), expires_at=past)
    found = await swept(database)
    assert (found.expired, found.woken) == (1, 0)
    assert (await row_of(database, message_id))["status"] == "expired"


async def test_the_runbooks_retry_of_failed_mails_makes_them_go_out(
    database: Database, put: Put, salon_id: UUID, server: MailServer, provider: SmtpProvider
) -> None:
    message_id = await put()
    server.rcpt_answers = ["550 no such user"]
    mail: dict[str, Any] = {"provider": provider, "settings": server.settings()}
    await deliver(database, salon_id=salon_id, notification_id=message_id, **mail)
    await run(database, "DELETE FROM pgqueuer")
    await run(
        database,
        """
        UPDATE notification_queue
        SET status = 'pending', retry_count = 0, error_message = NULL
        WHERE channel = 'email'
        AND status = 'failed'
        AND created_at >= NOW() - INTERVAL '24 hours';
        """,
    )
    assert (await swept(database)).woken == 1
    assert await deliver(database, salon_id=salon_id, notification_id=message_id, **mail) == "sent"
    assert len(server.accepted) == 1
    assert await scalar(database, "SELECT status FROM dead_letter_queue") == "closed"


async def test_the_runbooks_retry_of_dead_letters_makes_them_go_out(
    database: Database, put: Put, salon_id: UUID, server: MailServer, provider: SmtpProvider
) -> None:
    message_id = await put()
    server.rcpt_answers = ["451 busy"]
    mail: dict[str, Any] = {"provider": provider, "settings": server.settings(mail_max_tries=1)}
    await deliver(database, salon_id=salon_id, notification_id=message_id, **mail)
    await run(database, "UPDATE dead_letter_queue SET failure_type = 'timeout'")
    await run(
        database,
        """
        UPDATE dead_letter_queue
        SET status = 'pending', retry_scheduled_at = NOW()
        WHERE failure_type = 'timeout'
        AND failure_count < 3;
        """,
    )
    found = await swept(database)
    assert (found.redriven, found.woken) == (1, 1)
    assert await deliver(database, salon_id=salon_id, notification_id=message_id, **mail) == "sent"
    assert await scalar(database, "SELECT status FROM dead_letter_queue") == "closed"


async def test_failing_again_counts_up_on_the_same_letter(
    database: Database, put: Put, salon_id: UUID, server: MailServer, provider: SmtpProvider
) -> None:
    message_id = await put()
    server.rcpt_answers = ["550 no", "550 still no"]
    mail: dict[str, Any] = {"provider": provider, "settings": server.settings()}
    for _ in range(2):
        await deliver(database, salon_id=salon_id, notification_id=message_id, **mail)
        await run(database, "UPDATE notification_queue SET status = 'pending'")
    assert await scalar(database, "SELECT failure_count FROM dead_letter_queue") == 2
    assert await scalar(database, "SELECT count(*) FROM dead_letter_queue") == 1
