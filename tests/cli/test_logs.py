import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from os import environ
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import openchair


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    say(tmp_path, "web", minutes=90, event="long ago", level="error")
    say(tmp_path, "web", minutes=2, event="request", path="/api/health", correlation_id="one")
    say(tmp_path, "worker", minutes=1, event="message tried", channel="email",
        logger="openchair.notifications.delivery", correlation_id="one")  # fmt: skip
    return tmp_path


def say(home: Path, process: str, *, minutes: float = 0, **fields: Any) -> None:
    at = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
    with (home / "logs" / f"{process}.log").open("a") as file:
        file.write(json.dumps({"level": "info", "timestamp": at, "process": process, **fields}))
        file.write("\n")


def told(home: Path, *arguments: str) -> list[str]:
    answer = openchair("logs", *arguments, "--json", OPENCHAIR_HOME=str(home))
    assert answer.returncode == 0, answer.stderr
    return [line["event"] for line in json.loads(answer.stdout)]


def test_lines_are_found_by_kind_age_name_and_correlation(home: Path) -> None:
    assert told(home) == ["long ago", "request", "message tried"]
    assert told(home, "--limit", "1") == ["message tried"]
    assert told(home, "--since", "1h") == ["request", "message tried"]
    assert told(home, "--filter", "error") == ["long ago"]
    assert told(home, "--name", "health") == ["request"]
    assert told(home, "--correlation", "one", "--since", "1h") == ["request", "message tried"]
    assert told(home, "email-service") == ["message tried"]


def test_an_id_alone_tells_its_story_also_without_a_database(home: Path) -> None:
    for command in (("logs", "--correlation", "one"), ("explain", "correlation", "one")):
        answer = openchair(*command, "--json", OPENCHAIR_HOME=str(home))
        assert answer.returncode == 0, answer.stderr
        story = json.loads(answer.stdout)
        words = [each["words"] for each in story["happenings"]]
        assert words == ["request (path /api/health)", "message tried (channel email)"]
        assert "cannot reach our database" in story["missing"]
    nothing = openchair("logs", "--correlation", "two", OPENCHAIR_HOME=str(home))
    assert (nothing.returncode, "Nothing is known of two" in nothing.stderr) == (1, True)


def test_the_log_in_numbers(home: Path) -> None:
    answer = openchair("logs", "analyze", "--since", "1h", "--json", OPENCHAIR_HOME=str(home))
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["levels"] == {"info": 2}
    errors = openchair("logs", "analyze", "--since", "1d", OPENCHAIR_HOME=str(home))
    assert (errors.returncode, "1 of them errors" in errors.stdout) == (1, True)


def test_for_a_person_it_is_a_line_each(home: Path) -> None:
    answer = openchair("logs", "--since", "30m", OPENCHAIR_HOME=str(home))
    first, second = answer.stdout.splitlines()
    assert "request  path=/api/health" in first
    assert second.endswith("one")


def test_what_cannot_be_is_told_in_a_sentence(home: Path, tmp_path: Path) -> None:
    wrong = openchair("logs", "--since", "yesterday", OPENCHAIR_HOME=str(home))
    assert (wrong.returncode, "--since is a length" in wrong.stderr) == (2, True)
    nowhere = openchair("logs", OPENCHAIR_HOME=str(tmp_path / "nowhere"))
    assert (nowhere.returncode, "openchair up" in nowhere.stderr) == (2, True)


def test_following_goes_on_until_it_is_interrupted(home: Path) -> None:
    command = [sys.executable, "-m", "openchair", "logs", "--follow", "--json", "--limit", "1"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env={**environ, "OPENCHAIR_HOME": str(home)},
        # What was itself begun in the background of a shell hears no Ctrl-C.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as following:
        assert following.stdout is not None
        assert json.loads(following.stdout.readline())["event"] == "message tried"
        time.sleep(0.1)
        say(home, "sandbox", event="new")
        assert json.loads(following.stdout.readline())["event"] == "new"
        following.send_signal(signal.SIGINT)
        assert following.wait(10) == 0
