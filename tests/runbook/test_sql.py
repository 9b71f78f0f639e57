"""The runbook's SQL, run by psql on rows whose truth is known, shows that truth."""

from uuid import UUID

from openchair.platform.db.engine import Database
from tests.notifications.dead_letters.letters import fail, letter_of, one, run, wait
from tests.runbook.conftest import Psql
from tests.runbook.statements import (
    API_USAGE,
    CATEGORIES,
    FAILED_WEBHOOKS,
    FAILURE_PATTERNS,
    INDEX,
    MAIL_QUEUE,
    RECENT_FAILED_WEBHOOKS,
    RECENT_FAILURES,
    REMOVE_INVALID,
    RETRY_FAILED_MAILS,
    RETRY_TIMEOUTS,
)

WEBHOOK = """
    INSERT INTO webhook_events
        (id, source, provider_event_id, event_type, payload, status, error_message, retry_count,
         created_at)
    VALUES (gen_random_uuid(), 'twilio', :name, :type, '{"a": 1}', :status, :words, :retries,
        now() - CAST(:age AS text)::interval)
"""
CALL = """
    INSERT INTO api_logs
        (id, service_name, method, host, path, attempt, status_code, duration_ms, created_at)
    VALUES (gen_random_uuid(), :service, 'POST', 'example.org', '/', 1, :status, 10,
        date_trunc('hour', now()) - CAST(:age AS text)::interval)
"""


async def webhook(database: Database, name: str, **more: object) -> None:
    values = {"type": "sms.failed", "status": "failed", "words": None, "retries": 0, "age": "0 s"}
    async with database.transaction() as session:
        await run(session, WEBHOOK, name=name, **{**values, **more})


async def failed(database: Database, salon_id: UUID, *, age: str = "0 s", **more: str) -> UUID:
    """A dead letter, and its message, of this age."""
    async with database.transaction() as session:
        letter_id = await fail(session, salon_id, **more)  # type: ignore[arg-type]
        await run(
            session,
            "WITH aged AS (UPDATE dead_letter_queue SET created_at = now() - CAST(:age AS text)"
            "::interval WHERE id = :id RETURNING notification_id)"
            " UPDATE notifications SET created_at = now() - CAST(:age AS text)::interval"
            " FROM aged WHERE id = aged.notification_id",
            id=letter_id,
            age=age,
        )
    return letter_id


async def status_of(database: Database, letter_id: UUID) -> tuple[str, str]:
    """The letter's and its message's."""
    async with database.transaction() as session:
        letter = await letter_of(session, letter_id)
        message = await one(
            session,
            "SELECT status FROM notifications WHERE id = :id",
            id=letter["notification_id"],
        )
    return letter["status"], message


async def test_webhooks_that_failed_in_the_last_hour(database: Database, psql: Psql) -> None:
    await webhook(database, "one", words="handler: timeout", type="sms.delivered")
    await webhook(database, "two", words="handler: no such message", age="30 min")
    await webhook(database, "old", age="2 hours")
    await webhook(database, "fine", status="processed")
    rows = psql(RECENT_FAILED_WEBHOOKS)
    assert [row[:3] for row in rows] == [
        ["sms.delivered", "failed", "handler: timeout"],
        ["sms.failed", "failed", "handler: no such message"],
    ]


async def test_failed_webhooks_that_may_be_tried_again(database: Database, psql: Psql) -> None:
    await webhook(database, "one", retries=2)
    await webhook(database, "given up", retries=3)
    await webhook(database, "fine", status="processed")
    [row] = psql(FAILED_WEBHOOKS)
    assert len(row[0]) == len(str(UUID(int=0)))
    assert row[1:5] == ["sms.failed", '{"a": 1}', "", "2"]


async def test_the_mail_queue_by_state(database: Database, salon_id: UUID, psql: Psql) -> None:
    async with database.transaction() as session:
        for _ in range(3):
            await wait(session, salon_id)
        await wait(session, salon_id, channel="sms")
    await failed(database, salon_id, age="2 days")
    await failed(database, salon_id)
    counted = {row[0]: row for row in psql(MAIL_QUEUE)}
    assert {state: row[1] for state, row in counted.items()} == {"pending": "3", "failed": "2"}
    assert counted["failed"][2] < counted["failed"][3]


async def test_calls_by_hour_and_service_with_those_that_were_too_many(
    database: Database, psql: Psql
) -> None:
    async with database.transaction() as session:
        for service, status, age in (
            ("twilio", 429, "0 s"),
            ("twilio", 201, "0 s"),
            ("twilio", 429, "0 s"),
            ("slack", None, "0 s"),
            ("twilio", 201, "1 hour"),
            ("twilio", 429, "2 days"),
        ):
            await run(session, CALL, service=service, status=status, age=age)
    assert [row[1:] for row in psql(API_USAGE)] == [
        ["twilio", "3", "2"],
        ["slack", "1", "0"],
        ["twilio", "1", "0"],
    ]


async def test_dead_letters_by_cause(database: Database, salon_id: UUID, psql: Psql) -> None:
    await failed(database, salon_id, failure_type="timeout", age="3 hours")
    await failed(database, salon_id, failure_type="timeout")
    await failed(database, salon_id, failure_type="hard_bounce", words="550 unknown")
    rows = psql(FAILURE_PATTERNS)
    assert [row[:2] for row in rows] == [["timeout", "2"], ["hard_bounce", "1"]]
    assert rows[0][2] < rows[0][3]


async def test_the_last_hours_dead_letters_with_what_was_to_be_sent(
    database: Database, salon_id: UUID, psql: Psql
) -> None:
    letter_id = await failed(database, salon_id, words="timeout after 30 s")
    await failed(database, salon_id, age="2 hours")
    [row] = psql(RECENT_FAILURES)
    assert row[0] == str(letter_id)
    assert '"recipient": "anna@example.org"' in row[1]
    assert row[2:5] == ["timeout", "timeout after 30 s", "1"]


async def test_dead_letters_by_the_words_of_their_error(
    database: Database, salon_id: UUID, psql: Psql
) -> None:
    kinds = ("timeout", "rate_limit", "auth_error", "validation_error", "other")
    for kind in kinds:
        await failed(database, salon_id, failure_type=kind, words="no answer")
    found = {row[0]: row[1] for row in psql(CATEGORIES)}
    assert found == dict.fromkeys(kinds, "1")


async def test_old_invalid_entries_are_removed_and_nothing_else(
    database: Database, salon_id: UUID, psql: Psql
) -> None:
    words = "invalid email format: anna(at)example.org"
    kind = "validation_error"
    await failed(database, salon_id, failure_type=kind, words=words, age="8 days")
    young = await failed(database, salon_id, failure_type=kind, words=words, age="6 days")
    other = await failed(database, salon_id, failure_type=kind, words="too long", age="8 days")
    assert psql(REMOVE_INVALID) == []
    async with database.transaction() as session:
        left = await one(session, "SELECT array_agg(id) FROM dead_letter_queue")
        assert set(left) == {young, other}
        assert await one(session, "SELECT count(*) FROM notifications") == 3


async def test_the_retry_of_failed_mails_reaches_the_queue_itself(
    database: Database, salon_id: UUID, psql: Psql
) -> None:
    today = await failed(database, salon_id, age="23 hours")
    older = await failed(database, salon_id, age="25 hours")
    sms = await failed(database, salon_id, channel="sms")
    psql(RETRY_FAILED_MAILS)
    states = [(await status_of(database, each))[1] for each in (today, older, sms)]
    assert states == ["pending", "failed", "failed"]
    async with database.transaction() as session:
        tried = await one(session, "SELECT retry_count FROM notifications WHERE status = 'pending'")
    assert tried == 0


async def test_the_retry_of_dead_letters_marks_them(
    database: Database, salon_id: UUID, psql: Psql
) -> None:
    timeout = await failed(database, salon_id)
    often = await failed(database, salon_id)
    bounce = await failed(database, salon_id, failure_type="hard_bounce")
    async with database.transaction() as session:
        again = "UPDATE dead_letter_queue SET failure_count = 3 WHERE id = :id"
        await run(session, again, id=often)
    psql(RETRY_TIMEOUTS)
    states = [(await status_of(database, each))[0] for each in (timeout, often, bounce)]
    assert states == ["pending", "waiting", "waiting"]


async def test_the_index_on_messages_can_be_made_while_they_are_written(
    database: Database, psql: Psql
) -> None:
    psql(INDEX)
    async with database.transaction() as session:
        valid = await one(
            session,
            "SELECT indisvalid FROM pg_index"
            " WHERE indexrelid = 'idx_notifications_status_created'::regclass",
        )
    assert valid
