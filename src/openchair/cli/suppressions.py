"""`openchair suppressions`: addresses that a salon no longer writes to."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from openchair.cli.agree import agreed
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.notifications.suppressions.queries import Suppressed, list_suppressed
from openchair.operations.messages.suppressions import lift_suppression, suppress_address
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.errors import NotFound
from openchair.salons.queries import get_salon

commands = typer.Typer(help="Addresses that are not written to.", no_args_is_help=True)

MOST_LISTED = 1000
SalonOption = Annotated[str, typer.Option(help="the salon's address")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")]
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]


@commands.command("list", epilog="Example: openchair suppressions list --salon schnittwerk")
def list_(
    salon: SalonOption,
    channel: Annotated[Literal["email", "sms"] | None, typer.Option(help="one channel")] = None,
    search: Annotated[str, typer.Option(help="a part of the address")] = "",
    limit: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="at most so many")] = 100,
    as_json: JsonOption = False,
) -> None:
    """The addresses, the newest first, each with its reason."""

    async def read(database: Database) -> list[Suppressed]:
        found: list[Suppressed] = []
        async with database.transaction() as session:
            salon_id = (await get_salon(session, slug=salon)).id
            while len(found) < limit and (
                page := await list_suppressed(
                    session,
                    salon_id=salon_id,
                    now=utc_now(),
                    channel=channel,
                    search=search,
                    after=(found[-1].created_at, found[-1].id) if found else None,
                    limit=min(limit - len(found), 100),
                )
            ):
                found += page
        return found

    found = on_database(read)
    if as_json:
        print_json(found)
    elif not found:
        out.print("Nobody is on the list: every address is written to.")
    else:
        print_table(_table(found))


@commands.command(
    epilog="Example: openchair suppressions add --salon schnittwerk anna@example.org --note 'by"
    " phone'"
)
def add(
    address: Annotated[str, typer.Argument(help="a mail address, or a number in E.164")],
    salon: SalonOption,
    note: Annotated[str, typer.Option(help="why, for the team")] = "",
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="for so many days; else for ever")
    ] = None,
    yes: YesOption = False,
) -> None:
    """Write no more to an address. It is written to the audit log."""
    until = utc_now() + timedelta(days=days) if days else None

    async def do(database: Database) -> bool:
        async with database.transaction() as session:
            return await suppress_address(
                session,
                salon_id=(await get_salon(session, slug=salon)).id,
                channel="sms" if address.startswith("+") else "email",
                recipient=address,
                note=note,
                until=until,
                by=SYSTEM,
                now=utc_now(),
            )

    err.print(f"{salon} would write nothing more to {address} {_until(until)}.", markup=False)
    if not agreed("Put it on the list?", yes=yes):
        err.print("Nothing was changed.")
        return
    out.print("Done." if on_database(do) else "It was on the list already; nothing was changed.")


@commands.command(
    epilog="Example: openchair suppressions lift --salon schnittwerk anna@example.org"
)
def lift(
    address: Annotated[str, typer.Argument(help="the address, as `list` shows it")],
    salon: SalonOption,
    yes: YesOption = False,
) -> None:
    """Write to an address again. It is written to the audit log."""

    async def find(database: Database) -> tuple[UUID, Suppressed]:
        async with database.transaction() as session:
            salon_id = (await get_salon(session, slug=salon)).id
            page = await list_suppressed(session, salon_id=salon_id, now=utc_now(), search=address)
        for each in page:
            if each.recipient == address.strip().lower():
                return salon_id, each
        raise NotFound(f"{address} is not on the list of {salon}.")

    async def do(database: Database) -> None:
        async with database.transaction() as session:
            await lift_suppression(session, salon_id=salon_id, suppression_id=listed.id, by=SYSTEM)

    salon_id, listed = on_database(find)
    since = f"{listed.created_at:%Y-%m-%d}"
    err.print(
        f"{listed.recipient}: {listed.reason} since {since}. {listed.note or ''}", markup=False
    )
    if not agreed("Write to it again?", yes=yes):
        err.print("Nothing was changed.")
        return
    on_database(do)
    out.print("Done. Messages to it go out again; what was left out meanwhile does not.")


def _table(found: list[Suppressed]) -> Table:
    table = Table("channel", "address", "reason", "since", "until", "note", box=None)
    table.header_style = "dim"
    for each in found:
        table.add_row(
            each.channel,
            Text(each.recipient),
            each.reason,
            f"{each.created_at:%Y-%m-%d}",
            f"{each.until:%Y-%m-%d}" if each.until else "",
            Text(each.note or ""),
        )
    return table


def _until(until: datetime | None) -> str:
    return f"until {until:%Y-%m-%d}" if until else "from now on"
