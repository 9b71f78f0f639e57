"""`openchair monitor`: how something went over time."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from openchair.cli.looking import House, on_house
from openchair.cli.plot import trend
from openchair.cli.work import out, print_json, print_table
from openchair.operations.diagnostics.memory_trend import MemoryLine, growth_of, memory_lines
from openchair.platform.clock import utc_now

commands = typer.Typer(help="How something went over time.", no_args_is_help=True)
MEGABYTE = 1_000_000
WIDTH = 40


@commands.callback()
def _noun() -> None:
    """How something went over time."""


@commands.command(epilog="Example: openchair monitor memory --hours 6")
def memory(
    hours: Annotated[float, typer.Option(min=0.25, max=36, help="how far to look back")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="answer with one JSON document")] = False,
) -> None:
    """The memory of each process over time, a small plot each; ends with 1 if one grows."""
    now = utc_now()

    async def work(house: House) -> Any:
        async with house.database.transaction() as session:
            return await memory_lines(session, since=now - timedelta(hours=hours), until=now)

    found: list[MemoryLine] = on_house(work)
    grown = [growth_of(each) for each in found]
    if as_json:
        print_json(
            [
                {**asdict(growth), "line": line.points}
                for line, growth in zip(found, grown, strict=True)
            ]
        )
    elif not found:
        out.print("No process has written figures in this time. Start them with: openchair up")
    else:
        _show(found, hours=hours)
    raise typer.Exit(int(any(each.verdict == "grows" for each in grown)))


def _show(found: list[MemoryLine], *, hours: float) -> None:
    table = Table("process", "instance", f"the last {hours:g} h", "least", "most", "now", box=None)
    table.header_style = "dim"
    for each in found:
        values = [value for _, value in each.points]
        table.add_row(
            each.process,
            each.instance,
            Text(trend(values, width=WIDTH)),
            *(f"{value / MEGABYTE:,.0f} MB" for value in (min(values), max(values), values[-1])),
        )
    print_table(table)
    out.print(Text("Whether one grows: openchair monitoring memory-leak-detection", style="dim"))
