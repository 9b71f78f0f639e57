"""`openchair test db`: the way to the database, tried out step by step. Starts no server."""

import asyncio
from typing import Annotated

import typer

from openchair.cli.database import embedded_cluster
from openchair.cli.steps import show_step
from openchair.cli.work import print_json
from openchair.platform.db.check import check_database
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.platform.steps import Step

commands = typer.Typer(
    help="The way to the database.",
    epilog="Example: openchair test db connection",
    no_args_is_help=True,
)

JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]


@commands.callback()
def _noun() -> None:
    """The way to the database."""


@commands.command(epilog="Example: openchair test db connection")
def connection(as_json: JsonOption = False) -> None:
    """Connect, read, and use a whole pool at once; ends with 1 when a step fails or is crowded."""
    steps = asyncio.run(_check(shown=not as_json))
    if as_json:
        print_json(steps)
    raise typer.Exit(int(any(step.state != "ok" for step in steps)))


async def _check(*, shown: bool) -> list[Step]:
    url = load(InstallationSettings).database_url or embedded_cluster().url()
    steps = []
    async for step in check_database(url):
        steps.append(step)
        if shown:
            show_step(step)
    return steps
