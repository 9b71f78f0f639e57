"""The command line's list of nouns; what each does stands in the file of its name.

A noun's file is loaded when it is used, so that `openchair db url` does not load a whole house.
"""

from importlib import import_module
from typing import Any

from typer import Typer
from typer.core import TyperGroup
from typer.main import get_command

NOUNS = (
    "up",
    "salon",
    "demo",
    "token",
    "operator",
    "account",
    "explain",
    "db",
    "health-check",
    "messages",
    "dlq",
    "budget",
    "suppressions",
    "security",
    "webhooks",
    "alerts",
    "incidents",
    "notify",
    "report",
    "contacts",
    "communication",
    "logs",
    "monitoring",
    "monitor",
    "performance",
    "status-page",
    "test",
)
COMPLETION = {"install_completion", "show_completion"}
EPILOG = "Data lies in $OPENCHAIR_HOME; docs/settings.md lists every setting."


class Nouns(TyperGroup):
    """Finds `openchair.cli.NOUN.commands`, a group of verbs or one command."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- Typer's own signature
        """The nouns in the order of the list."""
        return [*NOUNS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 -- as above
        """The noun's verbs, or None when there is no such noun."""
        if cmd_name not in NOUNS:
            return None
        found = get_command(import_module(f"openchair.cli.{cmd_name.replace('-', '_')}").commands)
        found.name = cmd_name
        found.params = [each for each in found.params if each.name not in COMPLETION]
        return found


def build_commands() -> Typer:
    """The whole command line."""
    commands = Typer(
        name="openchair",
        cls=Nouns,
        help="A booking system for salons that comes with its own operations team.",
        epilog=EPILOG,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_show_locals=False,
    )
    commands.callback()(_nothing_before_a_noun)
    return commands


def _nothing_before_a_noun() -> None:
    """Typer asks for a callback where no command is registered."""
