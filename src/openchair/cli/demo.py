"""`openchair demo`: two salons to look around in."""

import os
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from openchair.booking.demo.load import DemoReport, load_demo
from openchair.cli.welcome import DEMO_LOGINS
from openchair.cli.work import err, on_database, out, print_json
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

commands = typer.Typer(help="The two demo salons.", no_args_is_help=True)


@commands.callback()
def _noun() -> None:
    """The two demo salons."""


@commands.command("load", epilog="Example: openchair demo load")
def load_(
    as_json: Annotated[bool, typer.Option("--json", help="answer with one JSON document")] = False,
) -> None:
    """Load both salons with two past and three coming weeks of visits; add only what is missing.

    Nobody is told anything: no mail goes out for the demo's visits. The log-ins' passwords are
    the same everywhere and only for looking around.
    """
    report = on_database(_with_progress, migrate=True)
    logins = _write_down(load(InstallationSettings).home, report)
    if as_json:
        print_json({"visits": report.visits, "logins": logins})
    else:
        out.print(f"The demo salons are there; {report.visits} visits were added.")


async def _with_progress(database: Database) -> DemoReport:
    columns = (TextColumn("  {task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("visits", total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        return await load_demo(database, now=utc_now(), progress=tell)


def _write_down(home: Path, report: DemoReport) -> list[dict[str, str]]:
    """Keep the log-ins in the data folder, where `openchair up` finds them."""
    logins = [
        {"salon": each.salon, "role": each.role, "email": each.email, "password": each.password}
        for each in report.logins
    ]
    home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home / DEMO_LOGINS, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(orjson.dumps(logins, option=orjson.OPT_INDENT_2))
    return logins
