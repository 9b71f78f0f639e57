"""Alerts from the terminal: the runbook's own lines, who is told and why, and what is taken on."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from tests.cli.commands import openchair
from tests.operations.alerts.scene import DOWN, Scene

CREATE = (
    *("alerts", "create", "--name", "high-response-time"),
    *("--condition", "response-time > 2000ms", "--duration", "5m", "--severity", "warning"),
)
NOBODY = {"OPENCHAIR_SANDBOX": "false"}


async def test_the_runbooks_rule_is_made_shown_and_changed_only_after_asking(
    database: Database,
) -> None:
    url = database.url
    done = openchair(*CREATE, DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    assert "response-time > 2000ms for 5 min, medium" in done.stdout
    asked = openchair(*CREATE, DATABASE_URL=url)
    assert (asked.returncode, "exists" in asked.stderr, "--yes" in asked.stderr) == (2, True, True)
    assert openchair(*CREATE, "--yes", DATABASE_URL=url).returncode == 0
    rules = json.loads(openchair("alerts", "rules", "--json", DATABASE_URL=url).stdout)
    (mine,) = [each for each in rules if each["name"] == "high-response-time"]
    assert (mine["condition"], mine["duration_seconds"], mine["severity"]) == (
        "response-time > 2000ms",
        300,
        "medium",
    )
    async with database.transaction() as session:
        acts = await session.scalars(text("SELECT action FROM audit_logs ORDER BY id"))
        assert list(acts) == ["alert_rule.set", "alert_rule.set"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("--condition", "respons-time > 2000ms"), "Did you mean response-time"),
        (("--condition", "response-time > 5%"), "counted in ms"),
        (("--severity", "terrible"), "There is no severity"),
        (("--duration", "soon"), "such as 5m"),
        (("--name", "high response"), "A name has letters"),
        (("--name", "BreakerOpen"), "raised by events"),
    ],
)
def test_what_cannot_be_a_rule_is_told_in_a_sentence(
    database_url: str, change: tuple[str, str], words: str
) -> None:
    done = openchair(*CREATE, *change, "--yes", DATABASE_URL=database_url)
    assert (done.returncode in {1, 2}, done.stdout) == (True, "")
    assert words in " ".join(done.stderr.split())


async def test_what_fires_is_listed_explained_and_taken_on(
    database: Database, tmp_path: Path
) -> None:
    url, scene = database.url, Scene(database=database, folder=tmp_path)
    scene.now = utc_now() - timedelta(minutes=5)
    quiet = openchair("alerts", "list", DATABASE_URL=url)
    assert (quiet.returncode, quiet.stdout.strip()) == (0, "Nothing fires.")
    await scene.look(DOWN)
    listed = openchair("alerts", "list", DATABASE_URL=url)
    assert (listed.returncode, "DatabaseDown" in listed.stdout) == (1, True)
    told = json.loads(
        openchair("alerts", "explain", "DatabaseDown", "--json", DATABASE_URL=url).stdout
    )
    assert (told["fires"], told["reason"]) == (True, "told")
    assert {each["channel"] for each in told["channels"] if each["is_told"]} == {
        *("webhook", "slack", "sms"),
    }
    assert len(told["attempts"]) == 3
    taken = openchair("alerts", "ack", "DatabaseDown", "--for", "2h", DATABASE_URL=url)
    assert taken.returncode == 0, taken.stderr
    told = json.loads(
        openchair("alerts", "explain", "DatabaseDown", "--json", DATABASE_URL=url).stdout
    )
    assert told["reason"] == "acknowledged"
    before = openchair("alerts", "explain", "DatabaseDown", "--at", "1h", DATABASE_URL=url)
    assert "no; what follows would hold if it did" in before.stdout
    wrong = openchair("alerts", "explain", "DatabaseDown", "--at", "nonsense", DATABASE_URL=url)
    assert (wrong.returncode, "--at is a time ago" in wrong.stderr) == (2, True)
    missing = openchair("alerts", "ack", "DiskCritical", DATABASE_URL=url)
    assert (missing.returncode in {1, 2}, "fires now" in missing.stderr) == (True, True)


async def test_a_silence_holds_and_is_ended(database: Database) -> None:
    url = database.url
    silence = (
        *("alerts", "silence", "--component", "storage", "--for", "2h", "--reason", "new disk"),
        "--json",
    )
    assert openchair(*silence, DATABASE_URL=url).returncode == 2
    made = json.loads(openchair(*silence, "--yes", DATABASE_URL=url).stdout)
    told = openchair("alerts", "explain", "DiskCritical", DATABASE_URL=url)
    assert "A silence holds it" in told.stdout
    assert "new disk" in told.stdout
    assert "new disk" in openchair("alerts", "silences", DATABASE_URL=url).stdout
    assert openchair("alerts", "unsilence", made["id"], DATABASE_URL=url).returncode == 0
    again = openchair("alerts", "unsilence", made["id"], DATABASE_URL=url)
    assert again.returncode != 0
    assert (
        "told at the next look"
        in openchair("alerts", "explain", "DiskCritical", DATABASE_URL=url).stdout
    )


def test_a_test_says_when_nobody_was_reached(database_url: str) -> None:
    done = openchair(
        "alerts", "test", "--name", "DatabaseDown", DATABASE_URL=database_url, **NOBODY
    )
    assert (done.returncode, "Nobody was reached" in done.stdout) == (1, True)
    unknown = openchair("alerts", "test", "--name", "DatabaseGone", DATABASE_URL=database_url)
    assert "Did you mean DatabaseDown" in unknown.stderr


async def test_performance_is_planned_before_it_is_set(database: Database) -> None:
    url = database.url
    wanted = ("alerts", "configure-performance", "--response-time-warning", "1500ms")
    assert (
        openchair("alerts", "configure-performance", DATABASE_URL=url)
        .stdout.strip()
        .endswith("Every rule is already so.")
    )
    planned = json.loads(openchair(*wanted, "--json", DATABASE_URL=url).stdout)
    assert [each["name"] for each in planned["changes"] if each["differs"]] == ["ResponseTimeHigh"]
    assert planned["set"] is False
    assert openchair(*wanted, DATABASE_URL=url).returncode == 2
    assert openchair(*wanted, "--yes", DATABASE_URL=url).returncode == 0
    rules = json.loads(openchair("alerts", "rules", "--json", DATABASE_URL=url).stdout)
    (rule,) = [each for each in rules if each["name"] == "ResponseTimeHigh"]
    assert rule["condition"] == "response-time > 1500ms"
    assert (
        openchair("alerts", "reset", "ResponseTimeHigh", "--yes", DATABASE_URL=url).returncode == 0
    )
    assert (
        openchair("alerts", "disable", "ResponseTimeHigh", "--yes", DATABASE_URL=url).returncode
        == 0
    )
    told = openchair("alerts", "explain", "ResponseTimeHigh", DATABASE_URL=url)
    assert "Its rule is disabled" in told.stdout


async def test_heartbeats_are_declared_listed_and_removed(database: Database) -> None:
    url = database.url
    base = ("alerts", "heartbeats")
    declared = openchair(
        *base, "declare", "backup", "--every", "1d", "--grace", "1h", DATABASE_URL=url
    )
    assert declared.returncode == 0, declared.stderr
    assert openchair(*base, "list", DATABASE_URL=url).returncode == 0
    async with database.transaction() as session:
        await session.execute(text("UPDATE heartbeats SET heard_at = now() - interval '2 days'"))
    late = openchair(*base, "list", DATABASE_URL=url)
    assert (late.returncode, "late" in late.stdout) == (1, True)
    assert openchair(*base, "remove", "backup", "--yes", DATABASE_URL=url).returncode == 0
    assert openchair(*base, "remove", "backup", "--yes", DATABASE_URL=url).returncode != 0
