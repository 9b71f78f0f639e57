import json
from uuid import UUID

from sqlalchemy import text

from openchair.platform.db.engine import Database
from openchair.webhooks.receive import Incoming, receive
from tests.builders import make_salon
from tests.cli.commands import openchair


async def put(database: Database, count: int, *, status: str = "failed") -> list[UUID]:
    events = [
        Incoming(
            source="email",
            provider_event_id=f"msg_{number}",
            event_type="email.bounced",
            payload='{"type": "email.bounced"}',
            correlation_id="a-correlation",
        )
        for number in range(count)
    ]
    async with database.transaction() as session:
        ids = [each.id for each in await receive(session, events=events)]
        await session.execute(
            text(
                "UPDATE webhook_events SET status = :status, error_message = 'no such message',"
                " retry_count = 8, next_attempt_at = NULL"
            ),
            {"status": status},
        )
    return ids


async def test_webhooks_are_listed_by_pages(database: Database) -> None:
    await put(database, 5)
    url = database.url
    first = openchair("webhooks", "list", "--limit", "3", "--json", DATABASE_URL=url)
    assert first.returncode == 0, first.stderr
    page = json.loads(first.stdout)
    last = page[-1]["id"]
    rest = openchair("webhooks", "list", "--before", last, "--json", DATABASE_URL=url)
    names = [each["provider_event_id"] for each in (*page, *json.loads(rest.stdout))]
    assert sorted(names) == [f"msg_{number}" for number in range(5)]
    shown = openchair("webhooks", "list", "--limit", "3", DATABASE_URL=url)
    assert f"--before {last}" in shown.stderr
    wrong = openchair("webhooks", "list", "--status", "lost", DATABASE_URL=url)
    assert wrong.returncode == 2
    assert "received" in wrong.stderr


async def test_a_failed_webhook_is_explained_and_replayed_once(database: Database) -> None:
    (event_id,) = await put(database, 1)
    url = database.url
    told = openchair("explain", "webhook", "msg_0", DATABASE_URL=url)
    assert told.returncode == 0, told.stderr
    assert "no such message" in told.stdout
    assert f"openchair webhooks replay {event_id}" in told.stdout
    unasked = openchair("webhooks", "replay", "msg_0", DATABASE_URL=url)
    assert unasked.returncode == 2
    done = openchair("webhooks", "replay", "msg_0", "--yes", DATABASE_URL=url)
    assert (done.returncode, done.stdout.strip()) == (0, "It is handled again in a moment.")
    again = openchair("webhooks", "replay", str(event_id), "--yes", "--json", DATABASE_URL=url)
    assert "waits already" in again.stderr
    assert json.loads(again.stdout)["queued"] is False
    async with database.transaction() as session:
        acts = await session.execute(text("SELECT action FROM audit_logs"))
        assert acts.scalars().all() == ["webhook.replay"]
    nothing = openchair("webhooks", "show", "nobody", DATABASE_URL=url)
    assert nothing.returncode == 2
    assert "no webhook with this id" in nothing.stderr


async def test_an_endpoints_life_by_command(database: Database) -> None:
    async with database.transaction() as session:
        await make_salon(session, slug="told")

    def run(*words: str, code: int = 0) -> str:
        done = openchair("webhooks", "endpoints", *words, DATABASE_URL=database.url)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    refused = run("create", "--salon", "told", "--url", "http://10.0.0.1/", code=2)
    assert "https://" in refused
    made = json.loads(
        run("create", "--salon", "told", "--url", "https://example.com/hook",
            "--event", "booking.confirmed", "--json")
    )  # fmt: skip
    assert made["secret"].startswith("whsec_")
    (listed,) = json.loads(run("list", "--salon", "told", "--json"))
    assert listed["event_types"] == ["booking.confirmed"]
    assert "whsec_" not in str(listed)
    assert run("rotate", made["id"], "--yes").startswith("whsec_")
    message = run("test", made["id"]).split()[-1]
    told = openchair("explain", "webhook", message, DATABASE_URL=database.url)
    assert "webhook.test" in told.stdout
    assert "tried again within a second" in told.stdout
    assert run("disable", made["id"], "--yes").strip() == "Done."
    assert "already" in run("disable", made["id"], "--yes")
    assert "disabled" in run("replay", message, "--yes", code=1)
    assert run("enable", made["id"]).strip() == "Done."
    assert "in a moment" in run("replay", message, "--yes")
    assert run("delete", made["id"], "--yes").strip() == "Deleted."
    assert json.loads(run("list", "--salon", "told", "--json")) == []
    async with database.transaction() as session:
        acts = await session.execute(text("SELECT action FROM audit_logs ORDER BY created_at, id"))
        assert [each.removeprefix("webhook_endpoint.") for each in acts.scalars()] == [
            "create", "rotate", "test", "disable", "enable", "replay", "delete",
        ]  # fmt: skip
