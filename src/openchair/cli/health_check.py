"""`openchair health-check`: looks at everything we depend on, now, and says in words how it is.

It starts nothing and needs no database to begin with: that there is none is what it then says.
"""

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from openchair.cli.database import embedded_cluster
from openchair.cli.work import err, out, print_json, print_table
from openchair.operations.health.checks import checks
from openchair.operations.health.declared import all_probes
from openchair.operations.health.prober import ROUND_SECONDS, Prober
from openchair.operations.health.thorough import THOROUGH, THOROUGH_SECONDS
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.probes import Probe, Reading, State, worst
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

commands = typer.Typer(
    help="Looks at everything we depend on, now, and says how it is.", no_args_is_help=True
)

MARKS = {
    State.HEALTHY: ("✓", "green"),
    State.WARNING: ("!", "yellow"),
    State.ERROR: ("✗", "red"),
}
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]


@commands.callback()
def _noun() -> None:
    """Looks at everything we depend on, now, and says how it is."""


@commands.command(epilog="Example: openchair health-check comprehensive --json")
def comprehensive(as_json: JsonOption = False) -> None:
    """Database, mail, SMS, storage, queue, budget, webhooks, workers, clock, memory.

    Ends with 0 when all is healthy, with 1 for a warning or an error.
    """
    _run(all_probes(), within=ROUND_SECONDS, as_json=as_json)


@commands.command(epilog="Example: openchair health-check full")
def full(as_json: JsonOption = False) -> None:
    """The same, and what takes longer: the pages as a visitor gets them, the schema, each step to
    the mail servers, and whether every message is in exactly one state.
    """
    _run({**all_probes(), **THOROUGH}, within=THOROUGH_SECONDS + 1, as_json=as_json)


def _run(probes: Mapping[str, Probe], *, within: float, as_json: bool) -> None:
    with err.status("looking") if not as_json else nullcontext():
        readings = asyncio.run(_look(probes, within=within))
    state = worst(each.state for each in readings.values())
    if as_json:
        print_json({"status": state.value, "checks": checks(readings.values(), now=utc_now())})
    else:
        _show(readings)
        mark, style = MARKS[state]
        out.print(Text(f"{mark} {_sentence(readings, state)}", style=style), soft_wrap=True)
    raise typer.Exit(int(state is not State.HEALTHY))


async def _look(probes: Mapping[str, Probe], *, within: float) -> Mapping[str, Reading]:
    url = load(InstallationSettings).database_url or embedded_cluster().url()
    database = Database(url, pool_size=2, application_name="openchair command")
    prober = Prober(database=database, watching=True, probes=probes)
    try:
        found = await prober.round(within=within)
        return {name: found.get(name) or _unanswered(name) for name in probes}
    finally:
        await prober.stop()
        await database.close()


def _unanswered(name: str) -> Reading:
    return Reading(
        name=name,
        state=State.ERROR,
        message="It did not answer.",
        response_time_ms=0.0,
        at=utc_now(),
    )


def _show(readings: Mapping[str, Reading]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("", "part", "time", "found"):
        table.add_column(heading, justify="right" if heading == "time" else "left")
    for each in sorted(readings.values(), key=lambda one: (_rank(one), one.name)):
        mark, style = MARKS[each.state]
        table.add_row(
            Text(mark, style=style),
            each.name,
            Text(f"{each.response_time_ms:.0f} ms", style="dim"),
            Text(each.message),
        )
    print_table(table)


def _rank(reading: Reading) -> int:
    """What is worst stands first."""
    return -[*State].index(reading.state)


def _sentence(readings: Mapping[str, Reading], state: State) -> str:
    if state is State.HEALTHY:
        return "Everything is as it should be."
    count: dict[Any, int] = {
        one: sum(each.state is one for each in readings.values()) for one in State
    }
    return f"{count[State.ERROR]} in error, {count[State.WARNING]} with a warning."
