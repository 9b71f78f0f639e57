"""`openchair alerts heartbeats`: what has to be heard from regularly."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from openchair.cli.agree import agreed
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.operations.alerts.conditions import duration_seconds
from openchair.operations.alerts.heartbeat import Heartbeat
from openchair.operations.alerts.heartbeats import (
    LONGEST,
    declare_heartbeat,
    list_heartbeats,
    remove_heartbeat,
)
from openchair.platform.db.engine import Database

commands = typer.Typer(
    help="What has to be heard from regularly.",
    epilog="Example: openchair alerts heartbeats list",
    no_args_is_help=True,
)

FOUND = 1
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")]
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]
NameArgument = Annotated[str, typer.Argument(help="its name")]


@commands.command("list", epilog="Example: openchair alerts heartbeats list")
def list_(as_json: JsonOption = False) -> None:
    """All of them, and since when they were not heard. Ends with 1 when one is late."""

    async def read(database: Database) -> list[Heartbeat]:
        async with database.transaction() as session:
            return await list_heartbeats(session)

    found = on_database(read)
    if as_json:
        print_json([asdict(each) for each in found])
    elif not found:
        out.print("Nothing has to be heard from.")
    else:
        table = Table("name", "every", "grace", "severity", "last heard (UTC)", "", box=None)
        table.header_style = "dim"
        for each in found:
            table.add_row(
                Text(each.name, style="bold"),
                f"{each.every_seconds} s",
                f"{each.grace_seconds} s",
                each.severity,
                f"{each.heard_at:%Y-%m-%d %H:%M:%S}",
                Text("late", style="red") if each.is_late else Text("in time", style="green"),
            )
        print_table(table)
    if any(each.is_late for each in found):
        raise typer.Exit(FOUND)


@commands.command(
    epilog="Example: openchair alerts heartbeats declare nightly-backup --every 1d --grace 1h"
)
def declare(
    name: NameArgument,
    *,
    every: Annotated[str, typer.Option(help="how often it is heard: 90s, 15m, 1h, 1d")],
    grace: Annotated[str, typer.Option(help="how much later is still fine")] = "0",
    severity: Annotated[str, typer.Option(help="how bad its silence is")] = "high",
    as_json: JsonOption = False,
) -> None:
    """Expect a sign of life: `POST /api/heartbeat/NAME` with a token, so often. One that exists is
    changed.
    """
    values = {"name": name, "every": every, "grace": grace, "severity": severity}

    async def do(database: Database) -> None:
        async with database.transaction() as session:
            await declare_heartbeat(
                session,
                name=name,
                every=timedelta(seconds=duration_seconds(every, longest=LONGEST)),
                grace=timedelta(seconds=duration_seconds(grace, longest=LONGEST)),
                severity=severity,
                by=SYSTEM,
            )

    on_database(do)
    if as_json:
        print_json(values)
    else:
        out.print(f"It is expected every {every} from now on.", markup=False)
        out.print(f"It says so by: POST /api/heartbeat/{name}", markup=False)


@commands.command(epilog="Example: openchair alerts heartbeats remove nightly-backup --yes")
def remove(name: NameArgument, yes: YesOption = False, as_json: JsonOption = False) -> None:
    """Expect it no more."""
    err.print(f"Nobody would be told when {name} falls silent.", markup=False)
    if not agreed("Remove it?", yes=yes):
        err.print("Nothing was changed.")
        return

    async def do(database: Database) -> None:
        async with database.transaction() as session:
            await remove_heartbeat(session, name=name, by=SYSTEM)

    on_database(do)
    if as_json:
        print_json({"name": name, "removed": True})
    else:
        out.print("Done.")
