import os
import subprocess
import sys
from typing import Any

import pytest
import typer

from openchair.cli.app import build_commands
from tests.cli.commands import openchair


def every_command() -> dict[str, Any]:
    """Each command by its path. Typer brings a Click of its own, hence Any."""
    root: Any = typer.main.get_command(build_commands())
    context = typer.Context(root)
    found: dict[str, Any] = {}
    for noun in root.list_commands(context):
        command = root.get_command(context, noun)
        verbs = getattr(command, "commands", {"": command})
        found |= {f"{noun} {verb}".strip(): each for verb, each in verbs.items()}
    return found


COMMANDS = every_command()


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_explains_itself_with_an_example(path: str) -> None:
    command = COMMANDS[path]
    assert command.help
    assert "Example: " in (command.epilog or "")
    assert f"openchair {path}" in (command.epilog or "")


@pytest.mark.parametrize("path", COMMANDS)
def test_every_option_says_what_it_is(path: str) -> None:
    options = [each for each in COMMANDS[path].params if each.param_type_name == "option"]
    assert [each.name for each in options if not each.help] == []


@pytest.mark.parametrize("name", ["OPENCHAIR_PROT", "OPENCHAIR_PORT"])
def test_wrong_settings_stop_every_command_with_code_2(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "openchair", "db", "url"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, name: "x"},
    )
    assert done.returncode == 2
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_an_argument_that_is_not_text_is_refused() -> None:
    done = openchair("explain", "booking", os.fsdecode(b"\xff\xfe"))
    assert done.returncode == 2
    assert "is not UTF-8 text" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_folder_that_cannot_be_made_is_told_in_a_sentence() -> None:
    done = openchair("db", "url", OPENCHAIR_HOME="/dev/null/data", OPENCHAIR_SECRET_KEY="")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "/dev/null" in done.stderr
