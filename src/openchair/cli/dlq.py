"""`openchair dlq`: messages that were given up, sent again or removed."""

import asyncio
from dataclasses import asdict
from time import monotonic
from typing import Annotated, Literal
from uuid import UUID

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.cli.agree import agreed
from openchair.cli.dlq_shown import (
    as_told,
    show_causes,
    show_letter,
    show_letters,
    show_purge,
    show_redrive,
    show_skipped,
)
from openchair.cli.since import read_since
from openchair.cli.work import err, on_database, out, print_json
from openchair.identity.audit.record import SYSTEM
from openchair.notifications.dead_letters.filters import Filter
from openchair.notifications.dead_letters.let_out import Redriven
from openchair.notifications.dead_letters.purge import PurgePlan, plan_purge
from openchair.notifications.dead_letters.queries import (
    Cause,
    Letter,
    Redrive,
    get_letter,
    get_redrive,
    list_causes,
    list_letters,
)
from openchair.notifications.dead_letters.rules import HIGHEST_RATE
from openchair.operations.messages import dead_letters as verbs
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.workers.queries import is_worker_alive
from openchair.salons.queries import get_salon

commands = typer.Typer(help="Messages that were given up.", no_args_is_help=True)

MOST_LISTED = 1000
LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 20
FOUND = 1
NOTHING_WAITS = "Nothing waits: every message went out or ended as it should."
SalonOption = Annotated[str | None, typer.Option(help="one salon's, by its address")]
TypeOption = Annotated[
    list[str] | None, typer.Option("--type", help="one cause, or several by repeating it")
]
ChannelOption = Annotated[Literal["email", "sms"] | None, typer.Option(help="one channel")]
SinceOption = Annotated[str | None, typer.Option(help="failed since: 24h, 7d, or a date")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")]
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]


@commands.command(
    "list", epilog="Example: openchair dlq list --since 24h --letters --type hard_bounce"
)
def list_(
    *,
    letters: Annotated[bool, typer.Option("--letters", help="one by one, not by cause")] = False,
    salon: SalonOption = None,
    type_: TypeOption = None,
    channel: ChannelOption = None,
    since: SinceOption = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="at most so many")] = 100,
    as_json: JsonOption = False,
) -> None:
    """What waits, by cause with counts, or one by one. Ends with 1 when something waits."""

    async def read(database: Database) -> tuple[list[Cause], list[Letter]]:
        async with database.transaction() as session:
            meant = await _meant(session, salon, type_, channel, since)
            if letters:
                return [], await _letters(session, meant, limit)
            return await list_causes(session, meant=meant), []

    causes, single = on_database(read)
    found = single if letters else causes
    if as_json:
        print_json([asdict(each) for each in found])
    elif not found:
        chosen = any((salon, type_, channel, since))
        out.print("Nothing that fits waits." if chosen else NOTHING_WAITS)
    elif letters:
        show_letters(single)
    else:
        show_causes(causes)
    if found:
        raise typer.Exit(FOUND)


@commands.command(epilog="Example: openchair dlq show 01a201f0-0fc6-7315-8932-13dff2417045")
def show(
    letter: Annotated[UUID, typer.Argument(metavar="ID", help="the letter's id, or its message's")],
    as_json: JsonOption = False,
) -> None:
    """Everything about one dead letter, and what can be done."""

    async def read(database: Database) -> Letter:
        async with database.transaction() as session:
            return await get_letter(session, letter_id=letter)

    found = on_database(read)
    if as_json:
        print_json(asdict(found))
    else:
        show_letter(found)


@commands.command(epilog="Example: openchair dlq redrive --all --type timeout --rate 120")
def redrive(
    *,
    one: Annotated[UUID | None, typer.Option(metavar="ID", help="this letter, at once")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="all that match: one first, then the others at a rate")
    ] = False,
    stop: Annotated[
        UUID | None, typer.Option(metavar="ID", help="let nothing more out of this redrive")
    ] = None,
    salon: SalonOption = None,
    type_: TypeOption = None,
    channel: ChannelOption = None,
    since: SinceOption = None,
    rate: Annotated[
        int | None, typer.Option(min=1, max=HIGHEST_RATE, help="letters a minute; default: setting")
    ] = None,
    yes: YesOption = False,
    wait: Annotated[bool, typer.Option(help="follow it to its end")] = True,
    as_json: JsonOption = False,
) -> None:
    """Send letters again, once their cause is mended. It is written to the audit log.

    --all lets one out, waits until it has arrived, then lets out the others at the rate, and
    stops by itself when they fail again. Ends with 1 when it stopped, or when letters wait and
    none of them can be sent; with 0 when none waits.
    """
    if [one is not None, everything, stop is not None].count(True) != 1:
        raise typer.BadParameter("Please choose one of --one ID, --all and --stop ID.")
    if one is not None:
        _redrive_one(one, yes=yes, as_json=as_json)
    elif stop is not None:
        _stop(stop, yes=yes, as_json=as_json)
    else:
        chosen = (salon, type_, channel, since)
        _redrive_all(chosen, rate=rate, yes=yes, wait=wait, as_json=as_json)


@commands.command(epilog="Example: openchair dlq purge --salon schnittwerk")
def purge(
    *,
    salon: SalonOption = None,
    type_: TypeOption = None,
    channel: ChannelOption = None,
    since: SinceOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Remove letters for good: addresses that can never work after 7 days, closed ones after 30.

    Nothing else can be removed. Messages keep their state; it is written to the audit log.
    """
    chosen = (salon, type_, channel, since)

    async def plan(database: Database) -> PurgePlan:
        async with database.transaction() as session:
            return await plan_purge(session, meant=await _meant(session, *chosen))

    async def do(database: Database) -> int:
        async with database.transaction() as session:
            meant = await _meant(session, *chosen)
            return await verbs.purge_letters(session, meant=meant, by=SYSTEM)

    planned = on_database(plan)
    if not as_json:
        show_purge(planned)
    gone = 0
    # With --json nothing is asked: without --yes it only plans.
    if planned.count and (yes or (not as_json and agreed("Remove them for good?", yes=False))):
        gone = on_database(do)
    if as_json:
        print_json({**asdict(planned), "count": planned.count, "purged": gone})
    elif planned.count:
        out.print(f"{gone} removed." if gone else "Nothing was changed.")


Chosen = tuple[str | None, list[str] | None, str | None, str | None]


async def _meant(
    session: AsyncSession, salon: str | None, types: list[str] | None, *rest: str | None
) -> Filter:
    channel, since = rest
    return Filter(
        salon_id=(await get_salon(session, slug=salon)).id if salon else None,
        failure_types=tuple(types or ()),
        channel=channel,
        since=read_since(since, now=utc_now()) if since else None,
    )


async def _letters(session: AsyncSession, meant: Filter, limit: int) -> list[Letter]:
    found: list[Letter] = []
    while len(found) < limit and (
        page := await list_letters(
            session,
            meant=meant,
            limit=limit - len(found),
            after=(found[-1].created_at, found[-1].id) if found else None,
        )
    ):
        found += page
    return found


# ------------------------------------------------------------------------- redrive


def _redrive_one(letter_id: UUID, *, yes: bool, as_json: bool) -> None:
    async def read(database: Database) -> Letter:
        async with database.transaction() as session:
            return await get_letter(session, letter_id=letter_id)

    async def do(database: Database) -> Letter:
        async with database.transaction() as session:
            return await verbs.redrive_one(session, letter_id=letter_id, by=SYSTEM)

    if not as_json:
        show_letter(on_database(read))
    if as_json and not yes:
        print_json(asdict(on_database(read)))
    elif agreed("Send it again?", yes=yes):
        letter = on_database(do)
        if as_json:
            print_json(asdict(letter))
        else:
            out.print("It goes out in a moment: openchair explain message", letter.notification_id)
    else:
        err.print("Nothing was changed.")


def _stop(redrive_id: UUID, *, yes: bool, as_json: bool) -> None:
    async def do(database: Database) -> Redrive:
        async with database.transaction() as session:
            return await verbs.stop_redrive(session, redrive_id=redrive_id, by=SYSTEM)

    if not agreed("Let nothing more out of it?", yes=yes):
        err.print("Nothing was changed.")
        return
    stopped = on_database(do)
    if as_json:
        print_json(as_told(stopped))
    else:
        show_redrive(stopped)


def _redrive_all(chosen: Chosen, *, rate: int | None, yes: bool, wait: bool, as_json: bool) -> None:
    async def plan(database: Database) -> list[Cause]:
        async with database.transaction() as session:
            return await list_causes(session, meant=await _meant(session, *chosen))

    async def do(database: Database) -> tuple[Redrive | None, Redriven]:
        async with database.transaction() as session:
            begun, outcome = await verbs.redrive_all(
                session,
                meant=await _meant(session, *chosen),
                by=SYSTEM,
                rate_per_minute=rate,
            )
        if begun is not None and wait:
            begun = await _follow(database, begun)
        return begun, outcome

    causes = on_database(plan)
    sendable = sum(each.sendable for each in causes)
    if as_json and not yes:
        print_json({"causes": [asdict(each) for each in causes], "sendable": sendable})
        return
    if not as_json and causes:
        show_causes(causes)
    if sendable and not agreed(f"Send {sendable} again, one first?", yes=yes):
        err.print("Nothing was changed.")
        return
    begun, outcome = on_database(do)
    if as_json:
        told = as_told(begun) if begun else None
        print_json({**asdict(outcome), "skipped": outcome.skipped, "redrive": told})
    else:
        show_skipped(outcome)
        if begun is not None:
            show_redrive(begun)
    if begun.state == "stopped" if begun else outcome.skipped:
        raise typer.Exit(FOUND)


async def _follow(database: Database, redrive: Redrive) -> Redrive:
    """Until it has ended; the worker carries it on, so whoever leaves stops nothing."""
    columns = (
        TextColumn("  {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    err.print(f"Redrive {redrive.id}: Ctrl-C leaves it running.", style="dim")
    began = monotonic()
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(redrive.state, total=redrive.total)
        while redrive.is_under_way:
            await asyncio.sleep(LOOK_SECONDS)
            async with database.transaction() as session:
                redrive = await get_redrive(session, redrive_id=redrive.id)
                alive = await is_worker_alive(session)
            if not alive and not redrive.released and monotonic() - began > PATIENCE_SECONDS:
                err.print("No worker is running. The redrive waits for one: openchair up")
                break
            ended = redrive.sent + redrive.failed + redrive.ended_otherwise
            bar.update(task, completed=ended, description=redrive.state)
    return redrive
