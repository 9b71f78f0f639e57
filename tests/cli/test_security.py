"""Addresses blocked, listed and let in again from the terminal."""

import json

import pytest
from sqlalchemy import text

from openchair.platform.db.engine import Database
from tests.cli.commands import openchair

ADDRESS = "203.0.113.7"


async def test_an_address_is_blocked_listed_and_let_in_again(database: Database) -> None:
    url = database.url
    first = openchair("security", "blocked-ips", DATABASE_URL=url)
    assert (first.returncode, first.stdout.strip()) == (0, "No address is refused.")
    asked = openchair("security", "block-ip", ADDRESS, "--reason", "x", DATABASE_URL=url)
    assert (asked.returncode, "--yes" in asked.stderr) == (2, True)
    done = openchair(
        *("security", "block-ip", ADDRESS, "--reason", "tries [passwords]", "--hours", "2"),
        "--yes",
        DATABASE_URL=url,
    )
    assert (done.returncode, done.stderr) == (
        0,
        f"Every request from {ADDRESS} would be refused for 2 h.\n",
    )
    assert f"security unblock-ip {ADDRESS}" in done.stdout
    (listed,) = json.loads(openchair("security", "blocked-ips", "--json", DATABASE_URL=url).stdout)
    assert (listed["ip"], listed["reason"]) == (ADDRESS, "tries [passwords]")
    table = openchair("security", "blocked-ips", DATABASE_URL=url).stdout
    assert "tries [passwords]" in table
    lifted = openchair("security", "unblock-ip", ADDRESS, "--yes", "--json", DATABASE_URL=url)
    assert json.loads(lifted.stdout) == {"ip": ADDRESS, "blocked": False}
    again = openchair("security", "unblock-ip", ADDRESS, "--yes", DATABASE_URL=url)
    assert (again.returncode, "is not blocked" in again.stderr) == (2, True)
    ended = openchair("security", "blocked-ips", "--ended", "--limit", "5", DATABASE_URL=url)
    assert "lifted" in ended.stdout
    async with database.transaction() as session:
        acts = await session.scalars(
            text("SELECT action FROM audit_logs WHERE resource_type = 'ip_address' ORDER BY id")
        )
        assert list(acts) == ["ip.block", "ip.lift"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("127.0.0.1", "--reason", "x"), 1, "nobody could come in"),
        (("nonsense", "--reason", "x"), 2, "not an IP address"),
        ((ADDRESS, "--reason", " "), 2, "give a reason"),
        ((ADDRESS, "--reason", "x", "--hours", "9000"), 2, "8784"),
        ((ADDRESS,), 2, "--reason"),
    ],
)
def test_what_cannot_be_blocked_is_told_in_a_sentence(
    database_url: str, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = openchair("security", "block-ip", *arguments, "--yes", DATABASE_URL=database_url)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
