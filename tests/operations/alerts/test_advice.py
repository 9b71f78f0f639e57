"""What an alert advises can be typed: every command in it exists."""

import re
from typing import Any

import click
import pytest
from typer.main import get_command

from openchair.cli.app import build_commands
from openchair.operations.alerts.catalogue import builtin_rules
from openchair.operations.alerts.rule import Rule

TYPED = re.compile(r"openchair ((?:[a-z-]+ ?)+)")


@pytest.mark.parametrize("rule", builtin_rules().values(), ids=lambda rule: rule.name)
def test_every_command_of_the_advice_exists(rule: Rule) -> None:
    for typed in TYPED.findall(rule.advice):
        command: Any = get_command(build_commands())
        context = click.Context(command)
        for word in typed.split():
            if word.startswith("-") or not hasattr(command, "get_command"):
                break
            found = command.get_command(context, word)
            assert found is not None, f"{rule.name} advises openchair {typed.strip()}"
            command, context = found, click.Context(found, parent=context)
        assert not hasattr(command, "get_command") or command.invoke_without_command, typed
