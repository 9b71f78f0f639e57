"""The command line's list of commands; what each does stands in the file of its noun."""

from typer import Typer

from openchair.cli import db, demo, explain, salon, token, up

EPILOG = "Data lies in $OPENCHAIR_HOME; docs/settings.md lists every setting."


def build_commands() -> Typer:
    """The whole command line."""
    commands = Typer(
        name="openchair",
        help="A booking system for salons that comes with its own operations team.",
        epilog=EPILOG,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_show_locals=False,
    )
    commands.command("up", epilog="Example: OPENCHAIR_PORT=9000 openchair up")(up.up)
    commands.add_typer(salon.commands, name="salon")
    commands.add_typer(demo.commands, name="demo")
    commands.add_typer(token.commands, name="token")
    commands.add_typer(explain.commands, name="explain")
    commands.add_typer(db.commands, name="db")
    return commands
