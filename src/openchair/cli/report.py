"""`openchair report`: an incident on paper, for whoever answers for the salons and for the morning
after; with the runbooks' own option names.
"""

from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.cli.incident_work import JsonOption, WhichOption, as_data, who
from openchair.cli.work import err, on_database, print_json
from openchair.identity.audit.record import SYSTEM
from openchair.operations.incidents.cost import cost_of
from openchair.operations.incidents.findings import keep_findings
from openchair.operations.incidents.incident import Incident, checked_words
from openchair.operations.incidents.queries import (
    detail_of,
    list_incidents,
    open_incidents,
    the_one,
)
from openchair.operations.incidents.report import Told, post_incident, summary
from openchair.operations.incidents.settings import IncidentSettings
from openchair.operations.incidents.severity import read_severity
from openchair.operations.incidents.tell import link_to
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.errors import NotFound
from openchair.platform.settings.base import load

commands = typer.Typer(help="An incident on paper.", no_args_is_help=True)

MOST_WORDS, MOST_TIME = 2000, 200


@commands.command(
    "incident-summary",
    epilog="Example: openchair report incident-summary --severity SEV-1 --impact 'Revenue impact"
    " estimated at 2%' --resolution-time '45 minutes'",
)
def incident_summary(
    *,
    severity: Annotated[
        str, typer.Option(help="as you judge it; left out, the incident's own")
    ] = "",
    impact: Annotated[str, typer.Option(help="as you judge it; left out, the incident's own")] = "",
    resolution_time: Annotated[
        str, typer.Option(help="in your words; what was measured stands beside it")
    ] = "",
    which: WhichOption = None,
    as_json: JsonOption = False,
) -> None:
    """The summary for management: the runbook's mail, with what is known of clocks and costs. Of
    the incident that is open, or else of the last one. Changes nothing.
    """
    level = read_severity(severity) if severity else None
    words = checked_words(impact, field="impact", most=MOST_WORDS) if impact else ""
    time = (
        checked_words(resolution_time, field="resolution_time", most=MOST_TIME)
        if resolution_time
        else ""
    )

    async def read(database: Database) -> Told:
        async with database.transaction() as session:
            return await _told(session, await _open_or_last(session, which))

    told = on_database(read)
    text = summary(told, severity=level, impact=words, resolution_time=time)
    _print(told, text, as_json=as_json)


@commands.command(
    "post-incident",
    epilog="Example: openchair report post-incident --root-cause 'Database connection pool"
    " exhaustion' --preventive-measures 'Added connection pooling and monitoring'",
)
def post_incident_(
    *,
    root_cause: Annotated[str, typer.Option(help="why it happened")] = "",
    preventive_measures: Annotated[str, typer.Option(help="what will prevent it")] = "",
    which: WhichOption = None,
    as_json: JsonOption = False,
) -> None:
    """The report after an incident, as Markdown, from its timeline. Cause and prevention are kept
    with it when both are given, and written to the audit log.
    """
    if bool(root_cause) != bool(preventive_measures):
        raise typer.BadParameter("Please give both --root-cause and --preventive-measures.")

    async def do(database: Database) -> Told:
        async with database.transaction() as session:
            incident = await _open_or_last(session, which)
            if root_cause:
                incident = await keep_findings(
                    session,
                    number=incident.number,
                    root_cause=root_cause,
                    preventive_measures=preventive_measures,
                    author=who(),
                    by=SYSTEM,
                    now=utc_now(),
                )
            return await _told(session, incident)

    told = on_database(do)
    _print(told, post_incident(told), as_json=as_json)


async def _open_or_last(session: AsyncSession, which: int | None) -> Incident:
    """The one that is meant, the open one, or the last. Raises `NotFound`, and `Invalid` when
    several are open.
    """
    if which is not None or await open_incidents(session):
        return await the_one(session, number=which)
    found = await list_incidents(session, limit=1)
    if not found:
        raise NotFound("There was no incident yet. openchair notify incident opens one.")
    err.print(f"No incident is open; this is the last one, {found[0].number}.")
    return found[0]


async def _told(session: AsyncSession, incident: Incident) -> Told:
    detail = await detail_of(session, number=incident.number)
    now = utc_now()
    return Told(
        incident=detail.incident,
        roles=detail.roles,
        entries=detail.entries,
        cost=await cost_of(session, incident, now=now),
        now=now,
        slower=load(IncidentSettings).incident_slower_responses,
        link=link_to(incident),
    )


def _print(told: Told, text: str, *, as_json: bool) -> None:
    if not as_json:
        print(text)
        return
    data: dict[str, Any] = {
        "incident": as_data(told.incident),
        "cost": told.cost,
        "timeline": told.entries,
        "roles": told.roles,
        "text": text,
    }
    print_json(data)
