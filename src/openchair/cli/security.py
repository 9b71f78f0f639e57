"""`openchair security`: addresses that are refused for a while, and lifting that again."""

from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from openchair.cli.agree import agreed
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.identity.ip_blocks.block import MOST_HOURS, USUAL_HOURS, block, lift
from openchair.identity.ip_blocks.queries import MOST, IpBlock, list_blocks
from openchair.identity.ip_blocks.rules import block_key
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database

commands = typer.Typer(help="Addresses that are refused.", no_args_is_help=True)

MOST_LISTED = 1000
BY_OURSELVES = "the system"
AddressArgument = Annotated[str, typer.Argument(metavar="IP", help="IPv4, or IPv6: its whole /64")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")]
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]


@commands.command(
    "block-ip",
    epilog="Example: openchair security block-ip 203.0.113.7 --reason 'tries passwords' --hours 48",
)
def block_ip(
    *,
    address: AddressArgument,
    reason: Annotated[str, typer.Option(help="why; it stands in the audit log")],
    hours: Annotated[
        int, typer.Option(min=1, max=MOST_HOURS, help="it ends by itself after so many")
    ] = USUAL_HOURS,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Refuse every request from an address for a while. It is written to the audit log.

    This machine and the trusted proxies cannot be blocked.
    """
    key = block_key(address)

    async def do(database: Database) -> IpBlock:
        now = utc_now()
        async with database.transaction() as session:
            return await block(
                session,
                address=key,
                reason=reason,
                by=SYSTEM,
                expires_at=now + timedelta(hours=hours),
                now=now,
            )

    err.print(f"Every request from {key} would be refused for {hours} h.", markup=False)
    if not agreed("Block it?", yes=yes):
        err.print("Nothing was changed.")
        return
    found = on_database(do)
    if as_json:
        print_json(_as_json(found))
    else:
        out.print(f"{found.address} is refused until {_minute(found.expires_at)} UTC.")
        out.print(f"To end it before: openchair security unblock-ip {found.address}")


@commands.command("unblock-ip", epilog="Example: openchair security unblock-ip 203.0.113.7")
def unblock_ip(
    address: AddressArgument, yes: YesOption = False, as_json: JsonOption = False
) -> None:
    """Let an address in again. It is written to the audit log."""
    key = block_key(address)

    async def do(database: Database) -> None:
        async with database.transaction() as session:
            await lift(session, address=key, by=SYSTEM)

    err.print(f"Requests from {key} would be answered again.", markup=False)
    if not agreed("Let it in?", yes=yes):
        err.print("Nothing was changed.")
        return
    on_database(do)
    if as_json:
        print_json({"ip": key, "blocked": False})
    else:
        out.print("Done. Every process knows it within seconds.")


@commands.command("blocked-ips", epilog="Example: openchair security blocked-ips --json")
def blocked_ips(
    *,
    ended: Annotated[
        bool, typer.Option("--ended", help="also those that ended or were lifted")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="at most so many")] = 100,
    as_json: JsonOption = False,
) -> None:
    """The addresses that are refused, the newest first, each with its reason and its end."""

    async def read(database: Database) -> list[IpBlock]:
        found: list[IpBlock] = []
        async with database.transaction() as session:
            while len(found) < limit and (
                page := await list_blocks(
                    session,
                    active_only=not ended,
                    before=(found[-1].created_at, found[-1].id) if found else None,
                    limit=min(limit - len(found), MOST),
                )
            ):
                found += page
        return found

    found = on_database(read)
    if as_json:
        print_json([_as_json(each) for each in found])
    elif not found:
        out.print("No address is refused.")
    else:
        print_table(_table(found))


def _table(found: list[IpBlock]) -> Table:
    table = Table("address", "since (UTC)", "until", "by", "reason", box=None)
    table.header_style = "dim"
    for each in found:
        until = _minute(each.lifted_at or each.expires_at)
        table.add_row(
            each.address,
            _minute(each.created_at),
            f"{until}, lifted" if each.lifted_at else until,
            str(each.blocked_by or BY_OURSELVES),
            Text(each.reason),
        )
    return table


def _as_json(found: IpBlock) -> dict[str, object]:
    return {
        "block_id": found.id,
        "ip": found.address,
        "reason": found.reason,
        "blocked_by": found.blocked_by,
        "created_at": found.created_at,
        "expires_at": found.expires_at,
        "lifted_at": found.lifted_at,
    }


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
