"""`openchair incidents`: what is broken, who works on it, and what happened since."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.cli.incident_work import (
    JsonOption,
    NumberArgument,
    as_data,
    headline,
    number_of,
    who,
)
from openchair.cli.since import read_since
from openchair.cli.work import on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.operations.incidents.close import close_incident, reopen_incident
from openchair.operations.incidents.cost import Cost, cost_of
from openchair.operations.incidents.incident import Incident
from openchair.operations.incidents.open import open_incident
from openchair.operations.incidents.phases import acknowledge, change_severity, move
from openchair.operations.incidents.queries import (
    IncidentDetail,
    detail_of,
    get_incident,
    list_incidents,
    the_one,
)
from openchair.operations.incidents.report import Told, clock_words, cost_lines
from openchair.operations.incidents.roles import assign_role
from openchair.operations.incidents.settings import IncidentSettings
from openchair.operations.incidents.severity import Harm, Reach, propose, read_severity, shown
from openchair.operations.incidents.tell import link_to
from openchair.operations.incidents.timeline import note as note_down
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.errors import Invalid
from openchair.platform.settings.base import load

commands = typer.Typer(
    help="What is broken, who works on it, and what happened since.", no_args_is_help=True
)

Act = Callable[[AsyncSession, int], Awaitable[Incident]]


@commands.command("list", epilog="Example: openchair incidents list --since 30d")
def list_(
    *,
    only_open: Annotated[bool, typer.Option("--open", help="only those that are open")] = False,
    since: Annotated[str, typer.Option(help="those that began since then: 7d, 2026-11-20")] = "",
    before: Annotated[int | None, typer.Option(min=1, help="numbers below this one")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="at most so many")] = 50,
    as_json: JsonOption = False,
) -> None:
    """The newest first; ends with 1 when one of them is open."""
    begun = read_since(since, now=utc_now()) if since else None

    async def read(database: Database) -> list[Incident]:
        async with database.transaction() as session:
            return await list_incidents(
                session, only_open=only_open, since=begun, before=before, limit=limit
            )

    found = on_database(read)
    if as_json:
        print_json([as_data(each) for each in found])
    elif not found:
        out.print("No incident." if not only_open else "No incident is open.")
    else:
        print_table(_table(found))
    raise typer.Exit(int(any(each.is_open for each in found)))


@commands.command(epilog="Example: openchair incidents show 7")
def show(number: NumberArgument = None, *, as_json: JsonOption = False) -> None:
    """One with its clocks, what it costs, and its timeline; ends with 1 while it is open."""

    async def read(database: Database) -> tuple[IncidentDetail, Cost]:
        async with database.transaction() as session:
            found = await the_one(session, number=number)
            detail = await detail_of(session, number=found.number)
            return detail, await cost_of(session, found, now=utc_now())

    detail, cost = on_database(read)
    if as_json:
        print_json(
            {
                **as_data(detail.incident),
                "roles": detail.roles,
                "timeline": detail.entries,
                "alerts": [{"name": each.name, "id": each.id} for each in detail.alerts],
                "cost": cost,
            }
        )
    else:
        _print(detail, cost)
    raise typer.Exit(int(detail.incident.is_open))


@commands.command(
    "open",
    epilog="Example: openchair incidents open --description 'Booking is slow' --impact 'Clients"
    " wait' --harm hindered --reach many",
)
def open_(
    *,
    description: Annotated[str, typer.Option(help="what is broken; the first line is the title")],
    impact: Annotated[str, typer.Option(help="what clients and salons feel of it")],
    severity: Annotated[str, typer.Option(help="SEV-0 to SEV-4; or give --harm and --reach")] = "",
    harm: Annotated[str, typer.Option(help="looks, hindered, broken or lost")] = "",
    reach: Annotated[str, typer.Option(help="nobody, some, many or everybody")] = "",
    scenario: Annotated[str, typer.Option(help="decides when it escalates")] = "other",
    component: Annotated[list[str] | None, typer.Option(help="a part; several times")] = None,
    commander: Annotated[str, typer.Option(help="who leads")] = "",
    internal: Annotated[bool, typer.Option("--internal", help="not on the status page")] = False,
    as_json: JsonOption = False,
) -> None:
    """Open one without telling anybody; `notify incident` tells. The impact matrix proposes."""
    level = _severity(severity, harm=harm, reach=reach)

    async def do(database: Database) -> Incident:
        async with database.transaction() as session:
            return await open_incident(
                session,
                description=description,
                impact=impact,
                severity=level,
                scenario=scenario,
                components=component or (),
                is_public=not internal,
                commander=commander,
                author=who(),
                by=SYSTEM,
                now=utc_now(),
            )

    _say(on_database(do), as_json=as_json)


@commands.command(epilog="Example: openchair incidents ack 7")
def ack(number: NumberArgument = None, *, as_json: JsonOption = False) -> None:
    """Take it on: the response clock stops, and nobody is called next."""

    async def do(session: AsyncSession, which: int) -> Incident:
        return await acknowledge(session, number=which, author=who(), by=SYSTEM, now=utc_now())

    _act(do, number, as_json=as_json)


@commands.command(epilog="Example: openchair incidents assign 7 --role scribe --name 'Eva Nowak'")
def assign(
    number: NumberArgument = None,
    *,
    role: Annotated[str, typer.Option(help="commander, communications, operations or scribe")],
    name: Annotated[str, typer.Option(help="who has it from now on")],
    as_json: JsonOption = False,
) -> None:
    """Give somebody a role; who had it is relieved."""

    async def do(session: AsyncSession, which: int) -> Incident:
        return await assign_role(
            session, number=which, role=role, name=name, author=who(), by=SYSTEM, now=utc_now()
        )

    _act(do, number, as_json=as_json)


@commands.command(epilog="Example: openchair incidents phase 7 --to investigation")
def phase(
    number: NumberArgument = None,
    *,
    to: Annotated[str, typer.Option(help="triage, investigation or recovery")],
    as_json: JsonOption = False,
) -> None:
    """Move it to another phase."""

    async def do(session: AsyncSession, which: int) -> Incident:
        return await move(session, number=which, phase=to, author=who(), by=SYSTEM, now=utc_now())

    _act(do, number, as_json=as_json)


@commands.command(
    epilog="Example: openchair incidents severity 7 --to SEV-0 --reason 'all salons are down'"
)
def severity(
    number: NumberArgument = None,
    *,
    to: Annotated[str, typer.Option(help="SEV-0 to SEV-4, or P0 to P3")],
    reason: Annotated[str, typer.Option(help="why it is worse or better")],
    as_json: JsonOption = False,
) -> None:
    """It is worse or better than was thought."""
    level = read_severity(to)

    async def do(session: AsyncSession, which: int) -> Incident:
        return await change_severity(
            session,
            number=which,
            severity=level,
            reason=reason,
            author=who(),
            by=SYSTEM,
            now=utc_now(),
        )

    _act(do, number, as_json=as_json)


@commands.command(epilog="Example: openchair incidents note 7 --words 'Looked at locks: none'")
def note(
    number: NumberArgument = None,
    *,
    words: Annotated[str, typer.Option(help="what happened")],
    at: Annotated[str, typer.Option(help="when, if not now: 20m ago as 20m, or a time")] = "",
    as_json: JsonOption = False,
) -> None:
    """A line in its timeline by hand; it is never changed."""
    when = read_since(at, now=utc_now(), field="at") if at else None

    async def do(session: AsyncSession, which: int) -> Incident:
        await note_down(
            session, number=which, words=words, at=when, author=who(), by=SYSTEM, now=utc_now()
        )
        return await get_incident(session, number=which)

    _act(do, number, as_json=as_json)


@commands.command(epilog="Example: openchair incidents close 7 --resolution 'Restarted PostgreSQL'")
def close(
    number: NumberArgument = None,
    *,
    resolution: Annotated[str, typer.Option(help="how it was resolved")],
    as_json: JsonOption = False,
) -> None:
    """Close it without telling the channels; `notify resolution` tells. `reopen` undoes it."""

    async def do(session: AsyncSession, which: int) -> Incident:
        return await close_incident(
            session, number=which, resolution=resolution, author=who(), by=SYSTEM, now=utc_now()
        )

    _act(do, number, as_json=as_json)


@commands.command(epilog="Example: openchair incidents reopen 7 --reason 'It is slow again'")
def reopen(
    number: Annotated[int, typer.Argument(min=1, help="its number")],
    *,
    reason: Annotated[str, typer.Option(help="why it was not over")],
    as_json: JsonOption = False,
) -> None:
    """Open it again; its clocks are those of its beginning."""

    async def do(session: AsyncSession, which: int) -> Incident:
        return await reopen_incident(
            session, number=which, reason=reason, author=who(), by=SYSTEM, now=utc_now()
        )

    _act(do, number, as_json=as_json)


def _act(act: Act, number: int | None, *, as_json: bool) -> None:
    async def do(database: Database) -> Incident:
        which = await number_of(database, number)
        async with database.transaction() as session:
            return await act(session, which)

    _say(on_database(do), as_json=as_json)


def _say(incident: Incident, *, as_json: bool) -> None:
    if as_json:
        print_json(as_data(incident))
    else:
        out.print(Text(headline(incident)))


def _severity(given: str, *, harm: str, reach: str) -> int:
    if given:
        return read_severity(given)
    try:
        return propose(harm=Harm[harm.upper()], reach=Reach[reach.upper()])
    except KeyError:
        raise Invalid(
            "Please give a --severity, or a --harm (looks, hindered, broken, lost) and a --reach"
            " (nobody, some, many, everybody).",
            field="severity",
        ) from None


def _print(detail: IncidentDetail, cost: Cost) -> None:
    incident, now = detail.incident, utc_now()
    slower = load(IncidentSettings).incident_slower_responses
    told = Told(
        incident=incident,
        roles=detail.roles,
        entries=detail.entries,
        cost=cost,
        now=now,
        slower=slower,
        link=link_to(incident),
    )
    out.print(Text(headline(incident), style="bold"))
    out.print(Text(f"{incident.description}\nImpact: {incident.impact}"))
    out.print(f"Response: {clock_words(incident.response(slower=slower), told)}")
    out.print(f"Resolution: {clock_words(incident.resolution_due(), told)}")
    for role in detail.roles:
        out.print(Text(f"{role.role}: {role.name}"))
    for line in cost_lines(cost):
        out.print(Text(line))
    table = Table("at (UTC)", "what", "words", "by", box=None, header_style="dim")
    for each in detail.entries:
        table.add_row(f"{each.at:%m-%d %H:%M:%S}", each.kind, Text(each.words), Text(each.author))
    print_table(table)


def _table(found: Sequence[Incident]) -> Table:
    table = Table("no", "severity", "phase", "since (UTC)", "title", box=None, header_style="dim")
    for each in found:
        table.add_row(
            str(each.number),
            shown(each.severity),
            each.phase,
            f"{each.started_at:%Y-%m-%d %H:%M}",
            Text(each.title),
        )
    return table
