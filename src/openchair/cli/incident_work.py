"""What the commands about incidents share: who sits here, which incident is meant, how it is told
and shown.
"""

import getpass
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.text import Text

from openchair.cli.work import err, out, print_json
from openchair.operations.alerts.channels.targets import CHANNELS
from openchair.operations.alerts.notice import Attempt, Notice
from openchair.operations.incidents.incident import Incident
from openchair.operations.incidents.queries import the_one
from openchair.operations.incidents.severity import shown
from openchair.operations.incidents.tell import What, tell_channels
from openchair.operations.incidents.tell import tell as tell_and_note
from openchair.platform.db.engine import Database
from openchair.platform.outbound.clients import close_clients

JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]
WhichOption = Annotated[
    int | None,
    typer.Option("--incident", min=1, help="its number; left out, the one that is open"),
]
NumberArgument = Annotated[
    int | None, typer.Argument(min=1, help="its number; left out, the one that is open")
]


def who() -> str:
    """Who sits at this terminal, for others to see."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody at the terminal"


async def number_of(database: Database, given: int | None) -> int:
    """The number of the incident that is meant. Raises `NotFound`, `Invalid`."""
    async with database.transaction() as session:
        return (await the_one(session, number=given)).number


async def tell(
    database: Database, incident: Incident, *, what: What, status: str, **more: str
) -> list[Attempt]:
    """Tell the channels and keep what came of it; no connection is left open."""
    try:
        return await tell_and_note(database, incident, what=what, status=status, **more)
    finally:
        await close_clients()


async def told_directly(notice: Notice, incident: Incident) -> list[Attempt]:
    """Every attempt; no connection is left open."""
    try:
        return await tell_channels(notice, incident)
    finally:
        await close_clients()


def answer(incident: Incident, attempts: Sequence[Attempt], *, as_json: bool) -> None:
    """Say what came of it; ends with 1 when nobody was told."""
    arrived = {each.channel for each in attempts if each.outcome == "sent"}
    sent = [each for each in CHANNELS if each in arrived]
    lost = [each for each in attempts if each.outcome == "failed"]
    if as_json:
        print_json({"incident": as_data(incident), "told": sent, "not_told": lost})
    else:
        out.print(Text(headline(incident)))
        out.print(f"Told by: {', '.join(sent) or 'no channel'}.")
    for each in lost:
        err.print(Text(f"Not by {each.channel} ({each.target}): {each.error}"))
    raise typer.Exit(0 if sent else 1)


def headline(incident: Incident) -> str:
    """`Incident 7 (SEV-1), triage: Booking is slow`."""
    return f"{incident.name}, {incident.phase}: {incident.title}"


def as_data(incident: Incident) -> dict[str, Any]:
    """The incident as JSON data."""
    found = {
        name: getattr(incident, name)
        for name in incident.__dataclass_fields__
        if name != "severity"
    }
    return {**found, "severity": shown(incident.severity)}
