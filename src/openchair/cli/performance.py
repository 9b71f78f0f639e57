"""`openchair performance`: how fast our own pages answer, measured now."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from openchair.cli.looking import House, on_house
from openchair.cli.work import err, out, print_json, print_table
from openchair.operations.diagnostics.own_site import Answered, address_of_site, ask, caller
from openchair.operations.diagnostics.page_timings import (
    MOST_A_SECOND,
    MOST_SECONDS,
    Timing,
    Vital,
    read_vitals,
    sample,
    timings,
)
from openchair.platform.clock import utc_now
from openchair.platform.errors import Unavailable
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings
from openchair.salons.queries import list_salons

commands = typer.Typer(help="How fast our pages answer, measured now.", no_args_is_help=True)
ALWAYS = ("/", "/api/health", "/api/v1/salons")


@commands.callback()
def _noun() -> None:
    """How fast our pages answer, measured now."""


@commands.command(epilog="Example: openchair performance monitor --seconds 30")
def monitor(
    *,
    seconds: Annotated[
        float, typer.Option(min=1, max=MOST_SECONDS, help="for how long to ask")
    ] = 10,
    rate: Annotated[
        float, typer.Option(min=0.1, max=MOST_A_SECOND, help="requests a second, at most")
    ] = 5,
    path: Annotated[
        list[str] | None, typer.Option(help="what to ask for; repeat it. Else the usual pages")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="answer with one JSON document")] = False,
) -> None:
    """Ask our own pages for some seconds and show how long they took, with what visitors' browsers
    measured. Ends with 1 if a page failed or was slower than the threshold.
    """

    async def work(house: House) -> Any:
        address = address_of_site(house.installation)
        salons, vitals = await _known(house)
        paths = path or [*ALWAYS, *salons]
        async with caller(address) as asking:
            first = await ask(asking, ALWAYS[1])
        if not first.status:
            raise Unavailable(f"{address} {first.words}. Is it up? Start it with: openchair up")
        answers: list[Answered] = []
        with Progress(console=err, transient=True, disable=as_json or not err.is_terminal) as bar:
            task = bar.add_task("asking", total=seconds * rate)
            async for each in sample(address, paths=paths, seconds=seconds, a_second=rate):
                answers.append(each)
                bar.advance(task)
        return timings(answers), vitals

    found, vitals = on_house(work)
    if as_json:
        print_json(
            {
                "pages": [asdict(each) for each in found],
                "vitals": [asdict(each) for each in vitals],
            }
        )
    else:
        _show(found, vitals)
    raise typer.Exit(int(any(_is_bad(each) for each in found)))


async def _known(house: House) -> tuple[list[str], list[Vital]]:
    """The front pages of two salons, and the vitals; nothing of both without the database."""
    try:
        async with asyncio.timeout(5), house.database.transaction() as session:
            salons = await list_salons(session, limit=2)
            vitals = await read_vitals(session, now=utc_now())
    except (Unavailable, TimeoutError):
        err.print("Without the database: the usual pages only.", style="yellow")
        return [], []
    return [f"/{each.slug}/{each.default_language}" for each in salons], vitals


def _is_bad(each: Timing) -> bool:
    limit = load(ThresholdSettings).response_time_warning_ms
    return each.failed > 0 or (each.p95_ms is not None and each.p95_ms > limit)


def _show(found: list[Timing], vitals: list[Vital]) -> None:
    bad = [each.path for each in found if _is_bad(each)]
    words = f"Slow or failing: {', '.join(bad)}." if bad else "Every page answered in time."
    out.print(Text(words, style="bold red" if bad else "bold green"))
    table = Table(
        "page", "asked", "failed", "first byte", "p50", "p95", "slowest", box=None, pad_edge=False
    )
    table.header_style = "dim"
    for each in found:
        table.add_row(
            each.path,
            str(each.asked),
            str(each.failed),
            *(_ms(value) for value in (each.first_byte_ms, each.p50_ms, each.p95_ms)),
            _ms(each.slowest_ms),
        )
    print_table(table)
    out.print(Text("\nVisitors' browsers in the last 7 days, of those who agreed", style="bold"))
    if not vitals:
        out.print(Text("  none has told us anything", style="dim"))
    for vital in vitals:
        value = f"{vital.p75:.3f}" if vital.vital == "CLS" else f"{vital.p75:,.0f} ms"
        out.print(Text(f"  {vital.vital:<5} {value:>10}  p75 of {vital.visits} visits"))


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f} ms"
