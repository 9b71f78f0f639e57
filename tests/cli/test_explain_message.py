"""`openchair explain message` and `explain job`, on rows whose story is known."""

import json

from openchair.platform.db.engine import Database
from openchair.platform.jobs.queue import enqueue
from tests.cli.commands import openchair
from tests.notifications.dead_letters.letters import fail, message_of, one, run, salon_of

TRY = """
    INSERT INTO notification_attempts
        (salon_id, id, notification_id, number, worker, provider, outcome, failure_type,
         status_code, error_message, finished_at)
    SELECT salon_id, gen_random_uuid(), id, 1, 'host:1', 'smtp', 'permanent', 'hard_bounce', 550,
        '550 no such user', now() + interval '2 seconds' FROM notifications
"""
CALL = """
    INSERT INTO api_logs (id, service_name, method, host, path, attempt, status_code, duration_ms,
        correlation_id, trace_id)
    VALUES (gen_random_uuid(), 'twilio', 'POST', 'example.org', '/Messages.json', 1, 429, 120,
        'the-story', 'trace-1')
"""


async def test_a_message_tells_every_try_its_cost_its_calls_and_what_comes_next(
    database: Database,
) -> None:
    async with database.transaction() as session:
        letter_id = await fail(session, await salon_of(session), failure_type="hard_bounce")
        message_id = (await message_of(session, letter_id))["id"]
        await run(session, TRY)
        await run(session, CALL)
        await run(
            session,
            "UPDATE notifications SET correlation_id = 'the-story', cost_micros = 7900,"
            " cost_currency = 'CHF', segments = 2, budget_units = 2, budget_month = '2026-11-01'",
        )
    asked = ("explain", "message", str(message_id))
    story = openchair(*asked, DATABASE_URL=database.url)
    assert (story.returncode, story.stderr) == (0, "")
    for part in (
        "refused for good by smtp after 2.0 s",
        "hard_bounce 550 no such user",
        "0.0079 CHF, 2 segment(s)",
        "2 unit(s) of 2026-11",
        "twilio POST /Messages.json → 429",
        "trace trace-1",
        "correlation the-story",
        f"openchair dlq redrive --one {letter_id}",
    ):
        assert part in story.stdout
    told = json.loads(openchair(*asked, "--json", DATABASE_URL=database.url).stdout)
    assert told["message"]["tries"][0]["status_code"] == 550
    assert told["letter"]["id"] == str(letter_id)
    assert told["calls"][0]["trace_id"] == "trace-1"
    missing = openchair("explain", "message", str(letter_id), DATABASE_URL=database.url)
    assert (missing.returncode, missing.stderr) == (2, "There is no such message.\n")


async def test_a_held_job_tells_what_was_raised(database: Database) -> None:
    async with database.transaction() as session:
        await enqueue(session, "notifications.close_letters", {"why": "a test"})
        job_id = await one(session, "SELECT id FROM pgqueuer")
        await run(session, "UPDATE pgqueuer SET status = 'failed', attempts = 5")
        await run(
            session,
            "INSERT INTO pgqueuer_log (job_id, status, priority, entrypoint, traceback)"
            " VALUES (:id, 'failed', 0, 'notifications.close_letters',"
            " CAST(:traceback AS jsonb))",
            id=job_id,
            traceback=json.dumps(
                {
                    "exception_type": "ZeroDivisionError",
                    "exception_message": "division by zero",
                    "traceback": "Traceback (most recent call last):\n  File …",
                }
            ),
        )
    story = openchair("explain", "job", str(job_id), DATABASE_URL=database.url)
    assert story.returncode == 0, story.stderr
    for part in ("held", "ZeroDivisionError: division by zero", "a test", "It is held"):
        assert part in story.stdout
    told = json.loads(
        openchair("explain", "job", str(job_id), "--json", DATABASE_URL=database.url).stdout
    )
    assert (told["is_held"], told["job"]["attempts"]) == (True, 5)
    missing = openchair("explain", "job", "4711", DATABASE_URL=database.url)
    assert (missing.returncode, missing.stderr) == (2, "Nothing is known of job 4711.\n")
