"""The runbook's commands about incidents, as a person types them, on a real database."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from openchair.cli.app import build_commands
from openchair.platform.errors import Conflict, Problem
from openchair.platform.settings import base
from tests.cli.commands import openchair
from tests.cli.test_budget import with_salon
from tests.operations.alerts.channels.conftest import alert_settings
from tests.sandbox_process import Sandbox, sandbox

INCIDENT = (
    "notify",
    "incident",
    "--severity",
    "SEV-1",
    "--description",
    "Service degradation detected",
    "--impact",
    "Users experiencing slow booking times",
)


@pytest.fixture(scope="module")
async def outside() -> AsyncIterator[Sandbox]:
    async with sandbox() as found:
        yield found


@pytest.fixture
def url(
    outside: Sandbox, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The database; every channel of the alerts ends in the sandbox."""
    values = {
        **alert_settings(outside),
        "DATABASE_URL": database_url,
        "OPENCHAIR_HOME": str(tmp_path),
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    base.forget()
    yield database_url
    monkeypatch.undo()
    base.forget()


def run(*words: str, code: int = 0) -> str:
    """A command in this process: what it answered, or the sentence with which it refused."""
    done = CliRunner().invoke(build_commands(), words)
    if isinstance(done.exception, Problem):
        assert code == (1 if isinstance(done.exception, Conflict) else 2)
        return done.exception.message
    assert done.exit_code == code, (done.output, done.exception)
    return done.output if code == 2 else done.stdout


def slack(outside: Sandbox) -> str:
    """Everything Slack was told."""
    return json.dumps(httpx.get(f"{outside.http_url}/api/slack", timeout=10).json())


def test_the_runbooks_protocol_from_the_first_word_to_the_report(
    url: str, outside: Sandbox
) -> None:
    with_salon(url)
    opened = run(*INCIDENT)
    assert "(SEV-1), detection: Service degradation detected" in opened
    assert "Told by: webhook, slack, sms." in opened
    first = slack(outside)
    for words in (
        "[P1] Production Issue",
        "Service degradation detected",
        "Impact: Users experiencing slow booking times",
        "Owner: nobody yet",
    ):
        assert words in first
    run("incidents", "ack")
    update = ("notify", "status-update", "--message", "In progress, <!channel> no ETA yet")
    assert "triage" in run(*update)
    second = slack(outside)
    assert "Incident Update" in second
    assert "<!channel>" not in second
    run("incidents", "phase", "--to", "recovery")
    done = run("notify", "resolution", "--resolution", "Deployed fix, monitoring for regression")
    assert "closed" in done
    summary = run(
        *("report", "incident-summary", "--severity", "SEV-1"),
        *("--impact", "Revenue impact estimated at 2%", "--resolution-time", "45 minutes"),
    )
    for words in (
        "Subject: [P1] - Service degradation detected - OpenChair",
        "Issue: Service degradation detected",
        "Impact: Revenue impact estimated at 2%",
        "Started: 20",
        "Current Status: closed. Deployed fix",
        "Resolution Time: 45 minutes (measured:",
        "Correlation ID: ",
        "Runbook: http",
        "Response: due",
        "Revenue affected: none",
    ):
        assert words in summary, words
    after = run(
        *("report", "post-incident", "--root-cause", "Pool *exhaustion* <script>"),
        *("--preventive-measures", "Added connection pooling and monitoring"),
    )
    assert "# Post-incident report" in after
    assert "Pool \\*exhaustion\\* &lt;script&gt;" in after
    timeline = after[after.index("## Timeline") : after.index("## Resolution")]
    kinds = [line.split("**")[1] for line in timeline.splitlines() if "**" in line]
    assert kinds == [
        *("opened", "told", "acknowledged", "role", "update", "told", "phase", "closed", "told"),
        "report",
    ]
    acts = with_salon(
        url,
        "SELECT action FROM audit_logs WHERE resource_type = 'incident' ORDER BY created_at, id",
    )
    assert [each["action"] for each in acts] == [
        *("open", "acknowledge", "update", "move", "close", "report")
    ]


def test_none_or_several_is_said(url: str) -> None:
    with_salon(url)
    assert "no open incident" in run("notify", "status-update", "--message", "x", code=2)
    assert "no incident yet" in run("report", "incident-summary", code=2)
    assert "No incident" in run("incidents", "list")
    assert "is no severity" in run(*INCIDENT[:3], "SEV-9", *INCIDENT[4:], code=2)
    matrix = ("--harm", "broken", "--reach", "everybody")
    asked = ("incidents", "open", "--description", "d", "--impact", "i")
    first = json.loads(run(*asked, *matrix, "--json"))
    assert first["severity"] == "SEV-0"
    second = json.loads(run(*asked, "--severity", "p3", "--json"))
    assert "Several incidents are open" in run("incidents", "show", code=2)
    assert "say which" in run("notify", "status-update", "--message", "x", code=2)
    number = str(second["number"])
    run("incidents", "note", number, "--words", "looked", "--at", "20m")
    run("incidents", "assign", number, "--role", "scribe", "--name", "Eva")
    run("incidents", "severity", number, "--to", "SEV-2", "--reason", "worse")
    shown = json.loads(run("incidents", "show", number, "--json", code=1))
    assert [each["kind"] for each in shown["timeline"]] == ["note", "opened", "role", "severity"]
    assert "Eva" in run("incidents", "show", number, code=1)
    run("incidents", "close", number, "--resolution", "done")
    run("incidents", "reopen", number, "--reason", "again")
    listed = json.loads(run("incidents", "list", "--open", "--json", code=1))
    assert [each["number"] for each in listed] == [second["number"], first["number"]]


ALERT = """
    INSERT INTO alerts (id, fingerprint, name, component, severity, status, title, summary,
        started_at, seen_at, incident_id, labels, changes)
    SELECT gen_random_uuid(), given.name, given.name, 'smtp', 'high', given.status, given.name,
        'It is so.', now(), now(), i.id, '{}', '[]'
    FROM incidents i, (VALUES ('MailDown', 'firing'), ('QueueOld', 'resolved')) AS
        given(name, status)
"""


def test_who_resolves_hears_which_alerts_still_fire(url: str) -> None:
    with_salon(url)
    run(*INCIDENT)
    with_salon(url, ALERT)
    asked = ("notify", "resolution", "--resolution", "done")
    done = CliRunner().invoke(build_commands(), asked)
    assert done.exit_code == 0, (done.output, done.exception)
    assert "Of its alerts these still fire: MailDown." in done.stderr
    assert "QueueOld" not in done.stderr
    run("notify", "incident", "--severity", "SEV-3", "--description", "d", "--impact", "i")
    assert "still fire" not in CliRunner().invoke(build_commands(), asked).stderr


CUSTOMERS = """
    INSERT INTO customers (salon_id, id, name, email, phone, language)
    SELECT s.id, gen_random_uuid(), given.name, given.name || '@example.org', NULL, 'en'
    FROM salons s, unnest(ARRAY['agreed', 'refused', 'expected', 'silent']) AS given(name)
"""
CONSENTS = """
    INSERT INTO consents (salon_id, id, customer_id, kind, channel, granted, source)
    SELECT salon_id, gen_random_uuid(), id, 'marketing', NULL, name = 'agreed', 'test'
    FROM customers WHERE name IN ('agreed', 'refused')
"""
VISIT = """
    INSERT INTO bookings (salon_id, id, customer_id, location_id, appointment_date, ends_at,
        status, price_minor, currency, language, contact_name, note, source, manage_token,
        reschedule_count, revision)
    SELECT c.salon_id, gen_random_uuid(), c.id, l.id, now() + interval '1 day',
        now() + interval '25 hours', 'confirmed', 5000, 'CHF', 'en', c.name, '', 'online',
        'tok-' || c.id, 0, 0
    FROM customers c JOIN locations l ON l.salon_id = c.salon_id WHERE c.name = 'expected'
"""


def test_clients_are_told_who_expect_a_visit_or_agreed(url: str) -> None:
    for statement in ("", CUSTOMERS, CONSENTS, VISIT):
        with_salon(url, statement)
    told = (
        *("notify", "customers", "--type", "email", "--subject", "Service Status Update"),
        *("--message", "We're working to resolve the issue"),
    )
    assert "a visit within a week" in run(*told, code=2)
    assert messages(url) == []
    run(*INCIDENT)
    answer = json.loads(run(*told, "--yes", "--json"))
    assert answer["queued"] == 2
    run(*told, "--yes")
    assert messages(url) == [
        {"recipient": "agreed@example.org", "category": "marketing"},
        {"recipient": "expected@example.org", "category": "transactional"},
    ]
    shown = json.loads(run("incidents", "show", "--json", code=1))
    assert [each["words"] for each in shown["timeline"] if each["kind"] == "customers"] == [
        "2 messages to clients were queued: Service Status Update"
    ]
    run(*told[:5], "", *told[6:], "--yes", code=2)


def messages(url: str) -> list[dict[str, Any]]:
    return with_salon(url, "SELECT recipient, category FROM notifications ORDER BY recipient")


def test_without_a_database_the_channels_are_told_all_the_same(url: str, outside: Sandbox) -> None:
    assert url
    done = openchair(*INCIDENT, DATABASE_URL="postgresql://127.0.0.1:1/none")
    assert done.returncode == 0, done.stderr
    assert "kept nowhere" in done.stderr
    assert "Told by: webhook, slack, sms." in done.stdout
    assert "Investigating; no database" in slack(outside)
