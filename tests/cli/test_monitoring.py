"""`openchair monitoring` by processes of its own: on a house that is dead, and in a terminal."""

import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.commands import openchair
from tests.operations.logs.lines import fail, say
from tests.served import five_free_ports

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def dead(tmp_path: Path) -> dict[str, str]:
    """A house of which nothing runs, with some lines in its log."""
    say(tmp_path / "logs", "web", minutes=120, event="long ago")
    fail(tmp_path / "logs", minutes=3, correlation_id="what-went-wrong")
    return {"OPENCHAIR_HOME": str(tmp_path), "OPENCHAIR_PORT": str(five_free_ports())}


def test_a_dead_house_is_told_as_such_and_nothing_is_started(
    dead: dict[str, str], tmp_path: Path
) -> None:
    answer = openchair("monitoring", "status", "--json", **dead)
    assert answer.returncode == 1, answer.stderr
    told = json.loads(answer.stdout)
    assert (told["ok"], told["state"]) == (False, "error")
    assert told["sentence"].startswith("✗ database: ")
    assert told["checks"]["site"]["state"] == "error"
    assert "cannot reach our database" in told["missing"]
    assert not (tmp_path / "postgres").exists()


def test_quick_scan_and_verify_say_what_they_can_without_the_database(
    dead: dict[str, str],
) -> None:
    scan = openchair("monitoring", "quick-scan", **dead)
    assert scan.returncode == 1, scan.stderr
    assert "SMTPServerDisconnected" in scan.stdout
    assert "openchair explain correlation what-went-wrong" in scan.stdout
    assert "From the log only" in scan.stderr
    verify = openchair("monitoring", "verify", "--json", **dead)
    assert verify.returncode == 1
    assert not json.loads(verify.stdout)["ok"]


def test_errors_are_grouped_and_new_ones_marked(dead: dict[str, str]) -> None:
    answer = openchair("monitoring", "analyze-errors", "--since", "1h", COLUMNS="200", **dead)
    assert answer.returncode == 1
    assert "1 errors of 1 kinds in 1 lines, 1 of them new" in answer.stdout
    assert "Connection lost after 1 bytes" in answer.stdout


def test_what_needs_figures_or_a_site_says_that_it_could_not_run(dead: dict[str, str]) -> None:
    for command in (
        ("monitoring", "compare-baseline"),
        ("monitoring", "memory-leak-detection"),
        ("monitoring", "identify-bottlenecks"),
        ("monitoring", "memory-usage"),
        ("performance", "monitor"),
        ("test", "smoke"),
    ):
        answer = openchair(*command, **dead)
        assert answer.returncode == 2, (command, answer.stdout)
        assert "Traceback" not in answer.stderr
        assert answer.stdout + answer.stderr


def test_realtime_is_a_line_of_json_a_look(dead: dict[str, str]) -> None:
    answer = openchair("monitoring", "realtime", "--once", "--json", **dead)
    assert answer.returncode == 0, answer.stderr
    tick = json.loads(answer.stdout)
    assert (tick["state"], tick["requests"]) == ("error", None)


def test_realtime_draws_in_a_terminal_until_q_is_pressed(dead: dict[str, str]) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "openchair", "monitoring", "realtime", "--every", "0.2"],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **dead, "TERM": "xterm", "COLUMNS": "120", "LINES": "50"},
    ) as watching:
        os.close(theirs)
        seen = b""
        deadline = time.monotonic() + 120
        while b"q ends it" not in seen:
            assert time.monotonic() < deadline, seen
            seen += os.read(ours, 65_536)
        os.write(ours, b"q")
        while watching.poll() is None:
            assert time.monotonic() < deadline
            try:
                os.read(ours, 65_536)
            except OSError:  # its end of the terminal is closed
                time.sleep(0.05)
    os.close(ours)
    assert watching.returncode == 0
    assert "database" in seen.decode(errors="replace")


def test_following_floods_is_a_line_each(dead: dict[str, str]) -> None:
    answer = openchair("monitoring", "ddos-monitoring", "--looks", "2", "--every", "0.2", **dead)
    assert (answer.returncode, len(answer.stdout.splitlines())) == (0, 2)
