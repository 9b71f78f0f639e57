"""`openchair notify`: opens an incident, says how it stands, closes it, and tells clients; with the
runbooks' own option names.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.cli.agree import agreed
from openchair.cli.incident_work import (
    JsonOption,
    WhichOption,
    answer,
    number_of,
    tell,
    told_directly,
    who,
)
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.notifications.templates.rules import Written
from openchair.operations.alerts.notice import Attempt
from openchair.operations.incidents.close import close_incident
from openchair.operations.incidents.incident import Incident, checked_words, title_of
from openchair.operations.incidents.open import open_incident
from openchair.operations.incidents.queries import alerts_of, open_incidents, the_one
from openchair.operations.incidents.severity import read_severity
from openchair.operations.incidents.tell import notice_of
from openchair.operations.incidents.tell_customers import (
    MOST_TOLD,
    Part,
    checked_notice,
    note_customers_told,
    parts_of,
    salons_meant,
    tell_part,
)
from openchair.operations.incidents.update import post_update
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.errors import Invalid, NotFound, Unavailable
from openchair.platform.ids import new_id

commands = typer.Typer(help="Tells who has to know about an incident.", no_args_is_help=True)

Told = tuple[Incident, list[Attempt]]


@commands.command(
    epilog="Example: openchair notify incident --severity SEV-1 --description 'Service degradation"
    " detected' --impact 'Users experiencing slow booking times'"
)
def incident(
    *,
    severity: Annotated[str, typer.Option(help="SEV-0 to SEV-4, or P0 to P3")],
    description: Annotated[str, typer.Option(help="what is broken; the first line is the title")],
    impact: Annotated[str, typer.Option(help="what clients and salons feel of it")],
    scenario: Annotated[
        str,
        typer.Option(help="service_down, database, security, corruption, payments or other"),
    ] = "other",
    component: Annotated[
        list[str] | None, typer.Option(help="a part that is affected; may be given several times")
    ] = None,
    commander: Annotated[str, typer.Option(help="who leads; else nobody yet")] = "",
    internal: Annotated[
        bool, typer.Option("--internal", help="keep it off the public status page")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Open an incident and tell the channels. Also without a database, which then keeps nothing."""
    level = read_severity(severity)

    async def do(database: Database) -> Told:
        async with database.transaction() as session:
            others = await open_incidents(session)
            opened = await open_incident(
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
        for each in others[:5]:
            err.print(Text(f"Also open: {each.name}: {each.title}"))
        status = f"Investigating ({opened.phase})"
        return opened, await tell(database, opened, what="opened", status=status)

    try:
        opened, attempts = on_database(do)
    except Unavailable as away:
        err.print(Text(away.message))
        opened, attempts = _told_without_database(
            description=description, impact=impact, severity=level
        )
        err.print("It is kept nowhere: open it again when the database is back.")
    answer(opened, attempts, as_json=as_json)


@commands.command(
    "status-update",
    epilog="Example: openchair notify status-update --message 'Investigation in progress'",
)
def status_update(
    *,
    message: Annotated[str, typer.Option(help="how it stands")],
    which: WhichOption = None,
    next_steps: Annotated[str, typer.Option(help="what is done next, for the channels")] = "",
    eta: Annotated[str, typer.Option(help="when it will be over, for the channels")] = "",
    internal: Annotated[
        bool, typer.Option("--internal", help="for the team only, not on the status page")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say how the incident stands; the next word is due in a quarter of an hour."""
    steps, until = _short(next_steps, field="next_steps"), _short(eta, field="eta")

    async def do(database: Database) -> Told:
        number = await number_of(database, which)
        async with database.transaction() as session:
            updated, entry = await post_update(
                session,
                number=number,
                message=message,
                is_public=not internal,
                author=who(),
                by=SYSTEM,
                now=utc_now(),
            )
        told = await tell(
            database, updated, what="update", status=entry.words, next_steps=steps, eta=until
        )
        return updated, told

    updated, attempts = on_database(do)
    answer(updated, attempts, as_json=as_json)


@commands.command(
    epilog="Example: openchair notify resolution --resolution 'Deployed fix, monitoring'"
)
def resolution(
    *,
    words: Annotated[str, typer.Option("--resolution", help="how it was resolved")],
    which: WhichOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close the incident and tell the channels; says which of its alerts still fire.
    `incidents reopen` undoes it.
    """

    async def do(database: Database) -> Told:
        number = await number_of(database, which)
        async with database.transaction() as session:
            closed = await close_incident(
                session, number=number, resolution=words, author=who(), by=SYSTEM, now=utc_now()
            )
            alerts = await alerts_of(session, incident_id=closed.id)
        if firing := [each.name for each in alerts if each.is_firing]:
            err.print(Text(f"Of its alerts these still fire: {', '.join(firing)}."), soft_wrap=True)
        status = f"Resolved: {closed.resolution}"
        return closed, await tell(database, closed, what="resolved", status=status)

    closed, attempts = on_database(do)
    answer(closed, attempts, as_json=as_json)


@commands.command(
    epilog="Example: openchair notify customers --type email --subject 'Service Status Update'"
    " --message 'We are working to resolve the issue'"
)
def customers(
    *,
    channel: Annotated[Literal["email", "sms"], typer.Option("--type", help="how they are told")],
    message: Annotated[str, typer.Option(help="the text; {{ client }} and {{ salon }} are filled")],
    subject: Annotated[str, typer.Option(help="of a mail")] = "",
    salon: Annotated[str | None, typer.Option(help="one salon's address; else all")] = None,
    which: WhichOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")] = False,
    as_json: JsonOption = False,
) -> None:
    """Tell clients through the normal queue: those with a visit within a week, and those who agreed
    to news. Shows how many first; told again in the same words, nobody hears it twice.
    """
    notice = checked_notice(channel=channel, subject=subject, message=message)

    async def plan(database: Database) -> tuple[Incident | None, list[Part]]:
        async with database.transaction() as session:
            about = await _about(session, which)
            found: list[Part] = []
            for each in await salons_meant(session, salon=salon):
                async for part in parts_of(session, salon=each, channel=channel, now=utc_now()):
                    found.append(part)
                    if sum(len(one.customer_ids) for one in found) > MOST_TOLD:
                        raise Invalid(f"These are more than {MOST_TOLD:,}; name a --salon.")
        return about, found

    about, parts = on_database(plan)
    err.print(Text(f"About: {about.name}: {about.title}" if about else "About no open incident."))
    err.print(Text(f"{notice.subject or 'SMS'}: {notice.body}"))
    if not as_json:
        print_table(_plan_table(parts))
    if not parts:
        out.print("There is nobody to tell.")
        return
    if not agreed("Queue these messages?", yes=yes):
        err.print("Nothing was changed.")
        return
    count = on_database(_queueing(parts, channel=channel, notice=notice, about=about))
    if as_json:
        print_json({"queued": count, "incident": about.number if about else None})
    else:
        out.print(f"{count} messages are queued; the post office asks for consent again for each.")


def _queueing(
    parts: Sequence[Part],
    *,
    channel: Literal["email", "sms"],
    notice: Written,
    about: Incident | None,
) -> Callable[[Database], Awaitable[int]]:
    async def do(database: Database) -> int:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        count = 0
        with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
            task = bar.add_task("queued", total=sum(len(each.customer_ids) for each in parts))
            for part in parts:
                async with database.transaction() as session:
                    count += await tell_part(
                        session,
                        part=part,
                        channel=channel,
                        notice=notice,
                        incident=about,
                        by=SYSTEM,
                    )
                bar.advance(task, len(part.customer_ids))
            if about is not None:
                async with database.transaction() as session:
                    await note_customers_told(
                        session,
                        incident=about,
                        notice=notice,
                        count=count,
                        author=who(),
                        now=utc_now(),
                    )
        return count

    return do


async def _about(session: AsyncSession, which: int | None) -> Incident | None:
    """The incident that is meant, if any: clients may be told also after its end."""
    try:
        return await the_one(session, number=which)
    except NotFound:
        if which is not None:
            raise
        return None


def _told_without_database(*, description: str, impact: str, severity: int) -> Told:
    """Tell the channels of an incident that nothing can keep at the moment."""
    now: datetime = utc_now()
    words = checked_words(description, field="description")
    unkept = Incident(
        id=new_id(),
        number=0,
        title=title_of(words),
        description=words,
        impact=checked_words(impact, field="impact"),
        severity=severity,
        scenario="other",
        phase="detection",
        components=(),
        is_public=True,
        opened_by=who(),
        started_at=now,
        detected_at=now,
    )
    notice = notice_of(unkept, what="opened", status="Investigating; no database", at=now)
    return unkept, asyncio.run(told_directly(notice, unkept))


def _short(words: str, *, field: str) -> str:
    return checked_words(words, field=field, most=500) if words else ""


def _plan_table(parts: Sequence[Part]) -> Table:
    table = Table("salon", "why", box=None, header_style="dim")
    table.add_column("clients", justify="right")
    why = {"transactional": "a visit within a week", "marketing": "agreed to news"}
    counts: dict[tuple[str, str], int] = {}
    for each in parts:
        key = (each.salon, each.category)
        counts[key] = counts.get(key, 0) + len(each.customer_ids)
    for (salon, category), count in counts.items():
        table.add_row(Text(salon), why[category], f"{count:,}")
    return table
