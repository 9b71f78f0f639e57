"""Asks the person at the terminal before something is changed; a script says `--yes` instead."""

import sys

import typer

from openchair.cli.work import err


def agreed(question: str, *, yes: bool) -> bool:
    """Whether to go on. Ends the command with code 2 when nobody can be asked."""
    if yes:
        return True
    if not sys.stdin.isatty():
        err.print("Nobody can be asked here; add --yes to do it.")
        raise typer.Exit(2)
    return typer.confirm(question)
