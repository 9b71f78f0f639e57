"""The status page from the terminal, with no database and no watcher anywhere: it works all the
same.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from openchair.operations.status_page.inbox import read_inbox
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from tests.cli.commands import openchair
from tests.operations.status_page.looks import FINE, Keeper

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"
WORDS = "Reminders come late; we are on it."
UPDATE = ("status-page", "update", "--status", "degraded", "--message", WORDS)


@pytest.fixture
async def keeper(database: Database, tmp_path: Path) -> Keeper:
    """A watcher that looked twice and then died; so late that no test finds it silent."""
    made = Keeper(database, tmp_path, now=utc_now() + timedelta(minutes=2))
    await made.round(FINE, rounds=2)
    return made


def settings(keeper: Keeper) -> dict[str, str]:
    return {"OPENCHAIR_HOME": str(keeper.home), "DATABASE_URL": NOWHERE}


async def test_words_stand_on_the_page_though_everything_is_dead(keeper: Keeper) -> None:
    asked = openchair(*UPDATE, "--component", "mail", **settings(keeper))
    assert asked.returncode == 2
    assert "The page would say of mail: degraded, until" in asked.stderr
    assert WORDS not in keeper.text()

    done = openchair(*UPDATE, "--component", "mail", "--until-cleared", "--yes", **settings(keeper))
    assert done.returncode == 0, done.stderr
    assert "until it is cleared" in done.stderr
    assert WORDS in keeper.text()
    assert keeper.shown()["mail"] == "degraded"
    shown = openchair("status-page", "show", "--json", **settings(keeper))
    found = json.loads(shown.stdout)
    assert (shown.returncode, found["status"]) == (1, "degraded")
    assert [each["message"] for each in found["standing"]] == [WORDS]

    cleared = openchair("status-page", "clear", "--yes", **settings(keeper))
    assert cleared.returncode == 0, cleared.stderr
    assert WORDS in cleared.stderr
    assert keeper.shown()["mail"] == "operational"
    assert openchair("status-page", "show", **settings(keeper)).returncode == 0


async def test_nothing_is_known_once_the_watcher_is_silent(keeper: Keeper) -> None:
    keeper.now = utc_now() - timedelta(minutes=1)
    await keeper.round(FINE)
    shown = openchair("status-page", "show", **settings(keeper))
    assert shown.returncode == 1
    assert "Not known: the watcher has been silent since 20" in shown.stdout
    assert "Everything works" not in shown.stdout
    found = json.loads(openchair("status-page", "show", "--json", **settings(keeper)).stdout)
    assert found["status"] == "unknown"
    assert found["silent_since"] == found["page"]["checked_at"]


async def test_the_watcher_takes_the_words_over(keeper: Keeper) -> None:
    openchair(*UPDATE, "--yes", **settings(keeper))
    keeper.restart()
    keeper.now = utc_now()
    await keeper.round(FINE)
    assert set(keeper.shown().values()) == {"degraded"}
    assert read_inbox(keeper.watch) == []
    written = openchair("status-page", "write", "--json", **settings(keeper))
    assert written.returncode == 0, written.stderr
    assert "index.html" in json.loads(written.stdout)["written"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--status", "bad", "--message", "x"), "A status is one of"),
        (("--status", "degraded", "--message", " "), "Please say in 1 to"),
        (("--status", "degraded", "--message", "x", "--component", "pg"), "A component is one of"),
        (("--status", "degraded", "--message", "x", "--for", "soon"), "--for is a length"),
    ],
)
def test_what_cannot_be_said_is_told(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = openchair("status-page", "update", *arguments, "--yes", OPENCHAIR_HOME=str(tmp_path))
    assert done.returncode == 2
    assert words in done.stderr


async def test_subscribers_are_listed(keeper: Keeper, database_url: str) -> None:
    done = openchair("status-page", "subscribers", "--json", DATABASE_URL=database_url)
    assert json.loads(done.stdout) == {"confirmed": 0, "waiting": 0, "subscribers": []}
