import asyncio
import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from openchair.platform.db.engine import Database
from tests.builders import make_salon
from tests.cli.commands import openchair

SALON = ("--salon", "house")


def with_salon(url: str, statement: str = "", **values: Any) -> list[dict[str, Any]]:
    """A salon with the address `house`, and one statement about it."""

    async def work() -> list[dict[str, Any]]:
        database = Database(url, pool_size=1)
        try:
            async with database.transaction() as session:
                if not await session.scalar(text("SELECT count(*) FROM salons")):
                    await make_salon(session, slug="house")
                if not statement:
                    return []
                found = await session.execute(text(statement), values)
                if not statement.startswith("SELECT"):
                    return []
                return [dict(row) for row in found.mappings()]
        finally:
            await database.close()

    return asyncio.run(work())


def use(url: str, units: int) -> None:
    with_salon(
        url,
        "INSERT INTO notification_usage (salon_id, channel, month, used)"
        " SELECT id, 'email', :month, :units FROM salons",
        month=datetime.now(ZoneInfo("Europe/Zurich")).date().replace(day=1),
        units=units,
    )


def test_a_limit_is_set_shown_and_written_down(database_url: str) -> None:
    with_salon(database_url)
    use(database_url, 79)
    limit = ("budget", "set", *SALON, "--channel", "email", "--limit", "100", "--at-cap", "delay")
    asked = openchair(*limit, DATABASE_URL=database_url)
    assert (asked.returncode, "100" in asked.stderr) == (2, True)
    assert "no longer" not in asked.stdout
    done = openchair(*limit, "--yes", DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    shown = openchair("budget", "show", *SALON, "--json", DATABASE_URL=database_url)
    mail = json.loads(shown.stdout)[0]
    assert (shown.returncode, mail["used"], mail["limit"]) == (0, 79, 100)
    assert (mail["at_cap"], mail["state"], mail["own"]) == ("delay", "fine", True)
    (act,) = with_salon(
        database_url, "SELECT action, metadata FROM audit_logs WHERE resource_type = 'budget'"
    )
    assert act["metadata"]["before"]["limit"] is None
    assert act["metadata"]["after"] == {"limit": 100, "at_cap": "delay", "own": True}


def test_what_runs_out_is_told_by_the_exit_code(database_url: str) -> None:
    with_salon(database_url)
    use(database_url, 81)
    set_ = ("budget", "set", *SALON, "--channel", "email", "--yes", "--limit")
    openchair(*set_, "100", DATABASE_URL=database_url)
    shown = openchair("budget", "show", DATABASE_URL=database_url)
    assert (shown.returncode, "warning" in shown.stdout) == (1, True)
    openchair(*set_, "default", DATABASE_URL=database_url)
    assert openchair("budget", "show", DATABASE_URL=database_url).returncode == 0
    capped = openchair(
        "budget", "show", DATABASE_URL=database_url, OPENCHAIR_MAIL_BUDGET_MONTHLY="81"
    )
    assert (capped.returncode, "used up" in capped.stdout) == (1, True)


def test_a_new_limit_leaves_what_happens_at_the_cap(database_url: str) -> None:
    with_salon(database_url)
    set_ = ("budget", "set", *SALON, "--channel", "email", "--yes", "--json", "--limit")
    openchair(*set_, "100", "--at-cap", "skip", DATABASE_URL=database_url)
    changed = openchair(*set_, "2'000", DATABASE_URL=database_url)
    assert json.loads(changed.stdout)["after"] == {
        "channel": "email",
        "limit": 2000,
        "at_cap": "skip",
        "own": True,
    }
    assert "nothing is sent any more, as before" in changed.stderr


def test_a_wrong_limit_is_told_in_a_sentence(database_url: str) -> None:
    with_salon(database_url)
    set_ = ("budget", "set", *SALON, "--channel", "email", "--yes", "--limit")
    assert openchair(*set_, "many", DATABASE_URL=database_url).returncode == 2
    large = openchair(*set_, "999999999999", DATABASE_URL=database_url)
    assert (large.returncode, "whole number" in large.stderr) == (2, True)
    nobody = openchair("budget", "show", "--salon", "nobody", DATABASE_URL=database_url)
    assert (nobody.returncode, "There is no salon" in nobody.stderr) == (2, True)


def test_an_address_is_listed_and_lifted(database_url: str) -> None:
    with_salon(database_url)

    def run(verb: str, *more: str) -> Any:
        return openchair("suppressions", verb, *SALON, *more, DATABASE_URL=database_url)

    added = run("add", "Anna@example.org", "--note", "by phone", "--yes")
    assert added.returncode == 0, added.stderr
    assert "already" in run("add", "anna@example.org", "--yes").stdout
    (listed,) = json.loads(run("list", "--json").stdout)
    assert (listed["recipient"], listed["reason"]) == ("anna@example.org", "manual")
    assert "anna@example.org" in run("list").stdout
    assert run("lift", "anna@example.org").returncode == 2
    assert run("lift", "Anna@example.org", "--yes").returncode == 0
    gone = run("lift", "anna@example.org", "--yes")
    assert (gone.returncode, "not on the list" in gone.stderr) == (2, True)
    acts = with_salon(
        database_url,
        "SELECT action FROM audit_logs WHERE resource_type = 'suppression' ORDER BY created_at",
    )
    assert [act["action"] for act in acts] == ["create", "delete"]
