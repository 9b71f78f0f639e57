"""One id, and everything under it in order: from the log, from the rows, and from the log alone."""

from pathlib import Path

import pytest
from sqlalchemy import text

from openchair.operations.logs.story import Story, tell_story
from openchair.platform import correlation
from openchair.platform.db.engine import Database
from openchair.platform.errors import Invalid
from tests.notifications.dead_letters.letters import salon_of, wait
from tests.operations.logs.lines import say

NAME = "known-correlation-id"
ROWS = (
    (
        "INSERT INTO events (id, name, payload, correlation_id) VALUES"
        " (gen_random_uuid(), 'booking.confirmed', '{}', :name)"
    ),
    (
        "INSERT INTO pgqueuer (priority, status, entrypoint, payload, headers) VALUES"
        " (0, 'queued', 'booking.announce', '', jsonb_build_object('x-correlation-id',"
        " CAST(:name AS text)))"
    ),
    (
        "INSERT INTO api_logs (id, service_name, method, host, path, attempt, status_code,"
        " duration_ms, correlation_id) VALUES"
        " (gen_random_uuid(), 'twilio', 'POST', 'example.org', '/Messages', 1, 201, 12, :name)"
    ),
    (
        "INSERT INTO webhook_events (id, source, provider_event_id, event_type, payload, status,"
        " correlation_id, processed_at) VALUES"
        " (gen_random_uuid(), 'twilio', 'SM1', 'sms.delivered', '{}', 'processed', :name, now())"
    ),
    (
        "INSERT INTO audit_logs (id, actor, action, resource_type, resource_id, metadata,"
        " correlation_id) VALUES"
        " (gen_random_uuid(), 'client', 'confirm', 'booking', '1', '{}', :name)"
    ),
    (
        "INSERT INTO alerts (id, fingerprint, name, component, severity, status, title, summary,"
        " labels, started_at, seen_at, changes, correlation_id) VALUES"
        " (gen_random_uuid(), 'f', 'PoisonJob', 'jobs', 'high', 'firing', 'A job died', '', '{}',"
        " now(), now(), '[]', :name)"
    ),
    (
        "INSERT INTO incidents (id, title, description, impact, severity, scenario, phase,"
        " components, opened_by, correlation_id, started_at, detected_at) VALUES"
        " ('00000000-0000-4000-8000-000000000001', 'It broke', '', '', 1, 'other', 'triage', '{}',"
        " 'somebody', :name, now(), now())"
    ),
    (
        "INSERT INTO incident_entries (id, incident_id, at, kind, author, words, data) VALUES"
        " (gen_random_uuid(), '00000000-0000-4000-8000-000000000001', now(), 'note', 'Ada',"
        " 'looked at it', '{}')"
    ),
)


async def story(database: Database, folder: Path, name: str = NAME) -> Story:
    return await tell_story(database, folder=folder, correlation_id=name)


async def test_log_and_rows_are_one_list_in_order(database: Database, tmp_path: Path) -> None:
    say(tmp_path, "web", minutes=5, event="request", logger="openchair.requests", method="POST",
        path="/api/v1/bookings", status=201, milliseconds=31.5, correlation_id=NAME)  # fmt: skip
    say(tmp_path, "worker", event="job done", job="booking.announce", correlation_id=NAME)
    say(tmp_path, "worker", event="job done", job="another", correlation_id="another-id-here")
    token = correlation.adopt(NAME)
    async with database.transaction() as session:
        salon_id = await salon_of(session)
        await wait(session, salon_id)
        for statement in ROWS:
            await session.execute(text(statement), {"name": NAME})
    correlation.release(token)
    found = await story(database, tmp_path)
    assert found.missing is None
    assert [each.at for each in found.happenings] == sorted(each.at for each in found.happenings)
    assert found.happenings[0].words == "POST /api/v1/bookings → 201 after 31.5 ms"
    assert {each.source for each in found.happenings} == {
        *("web", "worker", "events", "pgqueuer", "notifications", "api_logs", "webhook_events"),
        *("audit_logs", "alerts", "incident_entries"),
    }
    assert not any("another" in each.words for each in found.happenings)


async def test_without_the_database_the_log_tells_what_it_knows(tmp_path: Path) -> None:
    say(tmp_path, "web", minutes=1, event="said", correlation_id=NAME)
    gone = Database("postgresql://nobody@127.0.0.1:1/none")
    found = await story(gone, tmp_path)
    await gone.close()
    assert [each.words for each in found.happenings] == ["said"]
    assert found.missing is not None
    assert "cannot reach our database" in found.missing


async def test_an_unknown_id_has_no_story_and_a_wrong_one_is_refused(
    database: Database, tmp_path: Path
) -> None:
    found = await story(database, tmp_path, name="nobody-knows-this")
    assert (found.happenings, found.is_whole) == ((), True)
    with pytest.raises(Invalid):
        await story(database, tmp_path, name="' OR 1=1")


async def test_rows_are_found_by_an_index(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        for table in ("events", "notifications", "api_logs", "webhook_events", "audit_logs"):
            plan = await session.execute(
                text(f"EXPLAIN SELECT * FROM {table} WHERE correlation_id = 'x'")  # noqa: S608
            )
            assert f"ix_{table}_correlation" in "\n".join(plan.scalars())
