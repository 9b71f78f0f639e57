"""`openchair communication`: whether who is called, and every alert channel, is reached."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from openchair.cli.agree import agreed
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.operations.alerts.channels.communication_test import reach_everybody
from openchair.operations.alerts.channels.targets import all_targets, shown
from openchair.operations.alerts.notice import Target
from openchair.operations.oncall.contact import Contact, masked
from openchair.operations.oncall.queries import list_contacts
from openchair.operations.oncall.reach import Reached
from openchair.operations.oncall.reached import note_reached
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.outbound.clients import close_clients

commands = typer.Typer(
    help="Whether those who are called are really reached.", no_args_is_help=True
)

MARKS = {"reached": ("✓", "green"), "failed": ("✗", "red"), "unverified": ("?", "yellow")}


@commands.callback()
def _noun() -> None:
    """Whether those who are called are really reached."""


@commands.command("test", epilog="Example: openchair communication test --yes")
def try_out(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="answer with one JSON document")] = False,
) -> None:
    """Send a test by every alert channel and to every confirmed address, and time it.

    Ends with 1 when one was not reached, or has an address that was never confirmed. Everybody is
    told that nothing is wrong. Vendors, and who is away, get nothing.
    """
    contacts, targets = on_database(_contacts), all_targets()
    if not as_json or not yes:
        for line in _plan(contacts, targets):
            err.print(line, markup=False, soft_wrap=True)
    if not agreed("Send the tests?", yes=yes):
        err.print("Nothing was sent.")
        return

    async def work(database: Database) -> list[Reached]:
        rows = await reach_everybody(contacts, targets=targets, now=utc_now())
        async with database.transaction() as session:
            await note_reached(session, rows=rows, by=SYSTEM, now=utc_now())
        await close_clients()
        return rows

    with err.status("sending"):
        rows = on_database(work)
    missed = sum(row.outcome != "reached" for row in rows)
    if as_json:
        print_json({"reached": len(rows) - missed, "not_reached": missed, "rows": rows})
    else:
        print_table(_table(rows))
        out.print(_sentence(len(rows), missed), soft_wrap=True)
    raise typer.Exit(int(missed > 0))


async def _contacts(database: Database) -> list[Contact]:
    async with database.transaction() as session:
        return await list_contacts(session, only_active=True)


def _plan(contacts: list[Contact], targets: tuple[Target, ...]) -> list[str]:
    lines = ["A test, which says that nothing is wrong, would go to:"]
    lines += [f"  {target.channel}: {shown(target)}" for target in targets]
    for each in contacts:
        ways = [masked(each.reachable_email), masked(each.reachable_phone)]
        if each.tier != "vendor" and any(ways):
            lines.append(f"  {each.name}: {', '.join(way for way in ways if way)}")
    if not targets:
        lines.append("  no channel: docs/alerts-channels.md says how to set one up")
    if all(each.tier == "vendor" for each in contacts):
        lines.append("  no contact: openchair contacts list says how to add one")
    return lines


def _table(rows: list[Reached]) -> Table:
    table = Table("", "who", "role", "by", "where", "ms", "arrived", "words", box=None)
    table.header_style = "dim"
    for row in rows:
        mark, style = MARKS[row.outcome]
        arrived = {True: "yes", False: "no", None: ""}[row.arrived]
        table.add_row(
            Text(mark, style=style),
            Text(row.who),
            Text(row.role),
            row.way,
            Text(row.target),
            "" if row.latency_ms is None else str(row.latency_ms),
            arrived,
            Text(row.words),
        )
    return table


def _sentence(count: int, missed: int) -> str:
    if not count:
        return "There was nobody to reach."
    if missed:
        return f"{missed} of {count} were not reached."
    return f"All {count} were reached."
