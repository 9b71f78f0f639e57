"""`openchair monitoring`: how everything is, what is unlike before, and where to look. Nothing here
changes anything, and all of it says what it can with the database away.
"""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any, TypeVar

import orjson
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.cli import monitoring_shown as shown
from openchair.cli.database import embedded_cluster
from openchair.cli.logs_shown import errors_as_json, show_errors
from openchair.cli.looking import House, on_house
from openchair.cli.reading import reading
from openchair.cli.realtime import watch_live
from openchair.cli.since import read_since
from openchair.cli.work import err, print_json
from openchair.operations.diagnostics.anomalies import read_errors, read_rows, scan
from openchair.operations.diagnostics.bottlenecks import find_causes
from openchair.operations.diagnostics.floods import Floods, find_floods
from openchair.operations.diagnostics.memory_trend import FEWEST_POINTS, growth_of, memory_lines
from openchair.operations.diagnostics.memory_use import machine_memory, memory_of_house
from openchair.operations.diagnostics.overview import look_over, read_told
from openchair.operations.diagnostics.own_site import address_of_site
from openchair.operations.diagnostics.verify import checks_of, visit
from openchair.operations.logs.errors import find_errors
from openchair.operations.metrics.baseline import Comparison, compare
from openchair.platform.clock import utc_now
from openchair.platform.errors import Unavailable
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

commands = typer.Typer(
    help="How everything is, what is unlike before, and where to look.", no_args_is_help=True
)
Answer = TypeVar("Answer")
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]
LinesOption = Annotated[bool, typer.Option("--json", help="one JSON document a line and look")]
EveryOption = Annotated[
    float, typer.Option("--every", min=0.2, max=3600, help="seconds between two looks")
]
OnceOption = Annotated[bool, typer.Option("--once", help="look once and end")]


@commands.command(epilog="Example: openchair monitoring status --json")
def status(as_json: JsonOption = False) -> None:
    """One screen with one sentence on top: parts, alerts, incidents. Ends with 1 when an alert
    fires or a part is in error.
    """

    async def work(house: House) -> Any:
        return await look_over(
            prober=house.prober,
            database=house.database,
            address=address_of_site(house.installation),
            now=utc_now(),
        )

    found = on_house(work)
    if as_json:
        print_json(shown.overview_as_json(found))
    else:
        shown.show_overview(found)
    raise typer.Exit(int(not found.is_well))


@commands.command("quick-scan", epilog="Example: openchair monitoring quick-scan")
def quick_scan(as_json: JsonOption = False) -> None:
    """What is unlike before in the last 15 minutes: traffic, slow routes, queue growth, errors that
    are new, failed log-ins, breakers, alerts. Ends with 1 if there is something.
    """

    async def work(house: House) -> Any:
        now = utc_now()
        readings = await house.prober.round(names={"logins"})
        told = await read_told(house.database)
        rows, missing = await _rows(house, lambda session: read_rows(session, now=now))
        with reading(shown=not as_json) as hear:
            errors = read_errors(house.logs, now=now, hear=hear)
        failed = readings["logins"].measures.get("failed-logins") if "logins" in readings else None
        return scan(rows=rows, errors=errors, alerts=told.alerts, failed_logins=failed), missing

    anomalies, missing = on_house(work)
    if as_json:
        print_json({"anomalies": [asdict(each) for each in anomalies], "missing": missing})
    else:
        shown.show_anomalies(anomalies, missing=missing)
    raise typer.Exit(1 if anomalies else 2 if missing else 0)


@commands.command(epilog="Example: openchair monitoring verify")
def verify(as_json: JsonOption = False) -> None:
    """After a fix: health now, against the baseline, alerts, and the pages as visitors get them.
    Ends with 0 only when all of it is well.
    """

    async def work(house: House) -> Any:
        readings = await house.prober.round()
        told = await read_told(house.database)
        comparisons, _ = await _rows(house, lambda session: compare(session, now=utc_now()))
        visited = await visit(address_of_site(house.installation))
        return checks_of(readings=readings, told=told, comparisons=comparisons, visited=visited)

    checks = on_house(work)
    if as_json:
        print_json(
            {"ok": all(each.ok for each in checks), "checks": [asdict(each) for each in checks]}
        )
    else:
        shown.show_checks(checks)
    raise typer.Exit(int(not all(each.ok for each in checks)))


@commands.command(epilog="Example: openchair monitoring realtime --once")
def realtime(
    every: EveryOption = 2.0, once: OnceOption = False, as_json: LinesOption = False
) -> None:
    """A live view: rates, p95, errors, queue, memory, alerts. q or Ctrl-C ends it; without a
    terminal it looks once.
    """
    watch_live(every=every, once=once, as_json=as_json)


@commands.command("compare-baseline", epilog="Example: openchair monitoring compare-baseline")
def compare_baseline(
    minutes: Annotated[
        int, typer.Option(min=1, max=1440, help="how many minutes back is now")
    ] = 15,
    as_json: JsonOption = False,
) -> None:
    """Each measure of the traffic against the same hour of the last seven days, and how sure the
    difference is. Ends with 1 if one is unusual.
    """
    found: list[Comparison] = _read(
        lambda session: compare(session, now=utc_now(), minutes=minutes)
    )
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        shown.show_comparisons(found)
    raise typer.Exit(int(any(each.unusual for each in found)))


@commands.command(
    "analyze-errors", epilog="Example: openchair monitoring analyze-errors --since 1h"
)
def analyze_errors(
    since: Annotated[str, typer.Option(help="so long ago or a time: 15m, 24h, 7d")] = "24h",
    limit: Annotated[int, typer.Option(min=1, max=500, help="at most so many kinds")] = 10,
    as_json: JsonOption = False,
) -> None:
    """Errors of the log grouped by exception, place and message: how often, first, last, one of
    them, and which are new. Ends with 1 if there are any.
    """
    now = utc_now()
    folder = load(InstallationSettings).home / "logs"
    if not folder.is_dir():
        err.print(f"There are no logs in {folder} yet. They begin with: openchair up")
        raise typer.Exit(2)
    with reading(shown=not as_json) as hear:
        found = find_errors(folder, since=read_since(since, now=now), hear=hear)
    if as_json:
        print_json(errors_as_json(found))
    else:
        show_errors(found, limit=limit)
    raise typer.Exit(int(found.total > 0))


@commands.command("memory-usage", epilog="Example: openchair monitoring memory-usage")
def memory_usage(as_json: JsonOption = False) -> None:
    """What each process has in memory, PostgreSQL's too. Ends with 2 if none runs here."""
    settings = load(InstallationSettings)
    postgres = embedded_cluster().process() if settings.database_url is None else None
    found = memory_of_house(home=settings.home, postgres=postgres, now=utc_now())
    available, total = machine_memory()
    if as_json:
        print_json(
            {
                "processes": [asdict(each) for each in found],
                "available": available,
                "total": total,
            }
        )
    else:
        shown.show_memory(found, available=available, total=total)
    raise typer.Exit(0 if found else 2)


@commands.command(
    "memory-leak-detection", epilog="Example: openchair monitoring memory-leak-detection"
)
def memory_leak_detection(
    hours: Annotated[float, typer.Option(min=0.5, max=36, help="how far to look back")] = 12,
    as_json: JsonOption = False,
) -> None:
    """How fast each process grows, and how sure that is. It takes 30 minutes of figures, and says
    so until then. Ends with 1 if one grows.
    """
    now = utc_now()
    found = _read(lambda session: memory_lines(session, since=now - _hours(hours), until=now))
    grown = [growth_of(each) for each in found]
    if as_json:
        print_json({"points_needed": FEWEST_POINTS, "processes": [asdict(each) for each in grown]})
    else:
        shown.show_growth(grown)
    raise typer.Exit(int(any(each.verdict == "grows" for each in grown)))


@commands.command(
    "identify-bottlenecks", epilog="Example: openchair monitoring identify-bottlenecks"
)
def identify_bottlenecks(as_json: JsonOption = False) -> None:
    """Where the time of the last 15 minutes went, the heaviest first, each with a next step:
    routes, services, SQL, locks, pools, event loops, the queue. Ends with 1 if one costs 5 s a
    minute or more.
    """

    async def work(house: House) -> Any:
        readings = await house.prober.round(names={"queue"})
        async with house.database.transaction() as session:
            return await find_causes(session, readings=readings, now=utc_now())

    causes = on_house(work)
    if as_json:
        print_json([asdict(each) for each in causes])
    else:
        shown.show_causes(causes)
    raise typer.Exit(int(any(each.weight >= shown.HEAVY for each in causes)))


@commands.command("ddos-detection", epilog="Example: openchair monitoring ddos-detection")
def ddos_detection(as_json: JsonOption = False) -> None:
    """Addresses and paths that ask far more in the last 5 minutes than in the day before. Ends
    with 1 if one does.
    """
    with reading(shown=not as_json) as hear:
        found = _floods(hear)
    if as_json:
        print_json(asdict(found))
    else:
        shown.show_floods(found)
    raise typer.Exit(int(bool(found.floods)))


@commands.command(
    "ddos-monitoring", epilog="Example: openchair monitoring ddos-monitoring --every 10"
)
def ddos_monitoring(
    every: EveryOption = 10.0,
    looks: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="end after so many looks")
    ] = None,
    as_json: LinesOption = False,
) -> None:
    """Follow it: a line for each look, until Ctrl-C (or once, without a terminal). Ends with 1 if
    the last look found a flood.
    """
    most = looks or (None if shown.is_watched() else 1)
    found: Floods | None = None
    try:
        while most is None or most > 0:
            found = _floods(None)
            if as_json:
                print(orjson.dumps(asdict(found)).decode(), flush=True)
            else:
                shown.show_flood_line(found)
            most = most - 1 if most is not None else None
            if most != 0:
                time.sleep(every)
    except KeyboardInterrupt:
        err.print("Ended.", style="dim")
    raise typer.Exit(int(bool(found and found.floods)))


def _floods(hear: Callable[[int], None] | None) -> Floods:
    folder = load(InstallationSettings).home / "logs"
    if not folder.is_dir():
        err.print(f"There are no logs in {folder} yet. They begin with: openchair up")
        raise typer.Exit(2)
    return find_floods(folder, now=utc_now(), hear=hear)


def _hours(hours: float) -> timedelta:
    return timedelta(hours=hours)


def _read(read: Callable[[AsyncSession], Any]) -> Any:
    """What a read of the tables answers. Raises `Unavailable`."""

    async def work(house: House) -> Any:
        async with house.database.transaction() as session:
            return await read(session)

    return on_house(work)


async def _rows(house: House, read: Callable[[AsyncSession], Any]) -> tuple[Any, str | None]:
    """The same, or why there is no answer."""
    try:
        async with house.database.transaction() as session:
            return await read(session), None
    except Unavailable as away:
        return None, away.message
