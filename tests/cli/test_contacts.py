"""Contacts and the communication test from the terminal, as the runbook calls them."""

import json
import re
from collections.abc import AsyncIterator

import pytest

from tests.cli.commands import openchair
from tests.operations.alerts.channels.conftest import alert_settings
from tests.sandbox_process import Sandbox, sandbox

ADD = ("contacts", "add", "Anna Nowak", "--role", "technical lead", "--email", "anna@example.org")


@pytest.fixture(scope="module")
async def outside() -> AsyncIterator[Sandbox]:
    async with sandbox() as found:
        yield found


@pytest.fixture
async def settings(outside: Sandbox, database_url: str) -> dict[str, str]:
    await outside.clear()
    for pile in ("mails", "sms", "webhooks", "slack"):
        await outside.client.delete(f"/api/{pile}")
    return {**alert_settings(outside), "DATABASE_URL": database_url}


def test_an_empty_list_says_which_roles_are_missing(settings: dict[str, str]) -> None:
    done = openchair("contacts", "list", **settings)
    assert done.returncode == 0
    assert "There are no contacts" in done.stdout
    assert "14 roles of the runbooks have nobody" in done.stdout
    assert "Database Administrator" in done.stdout
    assert "openchair contacts add 'NAME' --role 'Incident Commander'" in done.stdout
    found = json.loads(openchair("contacts", "list", "--json", **settings).stdout)
    assert found["contacts"] == []
    assert len(found["missing_roles"]) == 14
    nobody = openchair("contacts", "verify", **settings)
    assert (nobody.returncode, "Nobody would be called" in nobody.stdout) == (1, True)


async def test_somebody_is_added_confirmed_and_reached(
    settings: dict[str, str], outside: Sandbox
) -> None:
    added = openchair(*ADD, "--phone", "+4915112345678", **settings)
    assert added.returncode == 0, added.stderr
    assert (
        added.stdout
        == "Added. Anna Nowak, Technical Lead; mail not confirmed; phone not confirmed\n"
    )
    assert 'contacts verify "Anna Nowak" --yes' in added.stderr
    looked = openchair("contacts", "verify", **settings)
    assert (looked.returncode, "--yes sends a code" in looked.stderr) == (1, True)
    assert await outside.mails() == []
    sent = openchair("contacts", "verify", "--yes", **settings)
    assert (sent.returncode, "Anna Nowak, email: sent by smtp" in sent.stdout) == (1, True)
    assert "a…@example.org, +49…678" in sent.stderr
    (mail,) = await outside.mails()
    (sms,) = await outside.sms()
    again = openchair("contacts", "verify", "--yes", **settings)
    assert "another can be sent in" in again.stdout
    confirm = ("contacts", "verify", "anna nowak", "--code")
    wrong = openchair(*confirm, "abc", **settings)
    assert (wrong.returncode, wrong.stdout) == (1, "This is not the code; 4 tries are left.\n")
    for body, words in ((mail["text"], "mail address"), (sms["body"], "number")):
        code = re.findall(r"\b\d{6}\b", body)[0]
        done = openchair(*confirm, code, **settings)
        assert (done.returncode, done.stdout) == (0, f"Confirmed: the {words}.\n")
    assert openchair("contacts", "verify", **settings).returncode == 0
    reached = openchair("communication", "test", "--yes", **settings)
    assert reached.returncode == 0, reached.stdout
    assert "All 6 were reached." in reached.stdout
    listed = json.loads(openchair("contacts", "list", "--json", **settings).stdout)
    assert listed["contacts"][0]["reached_at"]
    assert "anna@example.org ✓" in openchair("contacts", "list", **settings).stdout


async def test_what_is_not_reached_ends_with_1(settings: dict[str, str], outside: Sandbox) -> None:
    openchair(*ADD, **settings)
    await outside.fault("slack", "gone")
    done = openchair("communication", "test", "--yes", "--json", **settings)
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["reached"], told["not_reached"]) == (3, 2)
    outcomes = {(row["who"], row["way"]): row["outcome"] for row in told["rows"]}
    assert outcomes[("alerts", "slack")] == "failed"
    assert outcomes[("Anna Nowak", "email")] == "unverified"


async def test_nothing_is_sent_unasked(settings: dict[str, str], outside: Sandbox) -> None:
    done = openchair("communication", "test", **settings)
    assert done.returncode == 2
    assert "webhook: 127.0.0.1" in done.stderr
    assert "add --yes" in done.stderr
    assert await outside.webhooks() == []


def test_change_and_remove(settings: dict[str, str]) -> None:
    openchair(*ADD, **settings)
    away = openchair("contacts", "change", "anna nowak", "--away", "--rank", "9", **settings)
    assert (away.returncode, "(away)" in away.stdout) == (0, True)
    nothing = openchair("contacts", "change", "anna nowak", **settings)
    assert (nothing.returncode, "say what to change" in nothing.stderr) == (2, True)
    asked = openchair("contacts", "remove", "Anna Nowak", **settings)
    assert (asked.returncode, "--yes" in asked.stderr) == (2, True)
    gone = openchair("contacts", "remove", "Anna Nowak", "--yes", "--json", **settings)
    assert json.loads(gone.stdout) == {"removed": "Anna Nowak"}
    again = openchair("contacts", "remove", "Anna Nowak", "--yes", **settings)
    assert (again.returncode, "no contact" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("add", "Ben", "--role", "Technical Leed", "--email", "b@b.example"), 2, "Did you mean"),
        (("add", "Ben", "--role", "Night watch", "--email", "b@b.example"), 2, "tier"),
        (("add", "Ben", "--role", "CTO"), 2, "mail address or a phone number"),
        (("verify", "Ben"), 2, "no contact 'Ben'"),
        (("verify", "--code", "123456"), 2, "name the contact"),
    ],
)
def test_slips_are_told_in_a_sentence(
    database_url: str, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = openchair("contacts", *arguments, DATABASE_URL=database_url)
    assert (done.returncode, words in done.stderr) == (code, True), done.stderr
