"""`openchair budget`: what salons may send in a month, what they have, and what it cost."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from openchair.cli.agree import agreed
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.notifications.budgets.queries import (
    Budget,
    ThisMonth,
    get_budget,
    month_of,
    this_month,
)
from openchair.notifications.budgets.rules import CAP, CRITICAL, WARNING, levels_reached
from openchair.notifications.budgets.set_budget import BudgetChange
from openchair.operations.messages.budget import change_budget
from openchair.operations.messages.read_limit import read_limit
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.errors import Invalid
from openchair.salons.queries import Salon, get_salon, list_salons

commands = typer.Typer(help="What salons may send in a month.", no_args_is_help=True)

NO_LIMIT = "default"
AT_CAP = {
    "reminders_only": "marketing is left out, reminders and confirmations go on",
    "delay": "reminders and marketing wait for the next month, confirmations go on",
    "skip": "nothing is sent any more",
}
STATES = {WARNING: "warning", CRITICAL: "critical", CAP: "used up"}
STYLES = {"warning": "yellow", "critical": "red", "used up": "bold red"}
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]


@dataclass(frozen=True, kw_only=True)
class _Line:
    salon: Salon
    month: ThisMonth

    @property
    def state(self) -> str:
        reached = levels_reached(
            used=self.month.usage.used, limit=self.month.budget.limit, held_back=False
        )
        return STATES[max(reached)] if reached else "fine"


@commands.command(epilog="Example: openchair budget show --salon schnittwerk")
def show(
    salon: Annotated[str | None, typer.Option(help="one salon's address; else all")] = None,
    as_json: JsonOption = False,
) -> None:
    """This month of every salon and channel; ends with 1 when one is above 80 percent."""

    async def read(database: Database) -> list[_Line]:
        async with database.transaction() as session:
            slugs, found = [salon] if salon else [], list[_Line]()
            while not salon and (
                page := await list_salons(session, after=slugs[-1] if slugs else None)
            ):
                slugs += [each.slug for each in page]
            for slug in slugs:
                known = await get_salon(session, slug=slug or "")
                month = month_of(utc_now(), time_zone=known.time_zone)
                channels = await this_month(session, salon_id=known.id, month=month)
                found += [_Line(salon=known, month=each) for each in channels]
            return found

    lines = on_database(read)
    if as_json:
        print_json([_as_json(line) for line in lines])
    else:
        print_table(_table(lines))
    raise typer.Exit(int(any(line.state != "fine" for line in lines)))


@commands.command(
    "set",
    epilog="Example: openchair budget set --salon schnittwerk --channel sms --limit 500 --at-cap"
    " delay",
)
def set_(
    *,
    salon: Annotated[str, typer.Option(help="the salon's address")],
    channel: Annotated[Literal["email", "sms"], typer.Option(help="which messages")],
    limit: Annotated[
        str,
        typer.Option(
            help=f"mails, or SMS segments, a month; `{NO_LIMIT}` for the installation's own"
        ),
    ],
    at_cap: Annotated[
        Literal["reminders_only", "delay", "skip"] | None,
        typer.Option(help="what happens when it is used up; left out, that stays as it is"),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what would change, ask, and set the limit. It is written to the audit log."""
    monthly_limit = _limit(limit)

    async def plan(database: Database) -> tuple[UUID, Budget]:
        async with database.transaction() as session:
            salon_id = (await get_salon(session, slug=salon)).id
            return salon_id, await get_budget(session, salon_id=salon_id, channel=channel)

    async def do(database: Database) -> BudgetChange:
        async with database.transaction() as session:
            return await change_budget(
                session,
                salon_id=salon_id,
                channel=channel,
                monthly_limit=monthly_limit,
                at_cap=at_cap or before.at_cap,
                by=SYSTEM,
                now=utc_now(),
            )

    salon_id, before = on_database(plan)
    wanted = "the installation's own" if monthly_limit is None else f"{monthly_limit:,}"
    err.print(f"{salon}, {channel}: limit {_number(before.limit)} → {wanted}; when it is used up,")
    after = AT_CAP[at_cap or before.at_cap]
    err.print(f"  {AT_CAP[before.at_cap]} → {after}" if at_cap else f"  {after}, as before")
    if not agreed("Set it?", yes=yes):
        err.print("Nothing was changed.")
        return
    change = on_database(do)
    if as_json:
        print_json({"before": change.before, "after": change.after, "freed": change.freed})
    else:
        out.print(f"Done. {change.freed} messages that waited for the next month are asked again.")


def _limit(given: str) -> int | None:
    if given == NO_LIMIT:
        return None
    try:
        return read_limit(given)
    except Invalid as wrong:
        raise typer.BadParameter(
            f"{wrong.message} `{NO_LIMIT}` is the installation's own."
        ) from None


def _table(lines: list[_Line]) -> Table:
    table = Table(box=None, header_style="dim")
    for name in ("salon", "channel"):
        table.add_column(name)
    for name in ("used", "limit", "%", "cost", "waiting", "left out"):
        table.add_column(name, justify="right")
    table.add_column("state")
    for line in lines:
        used, limit = line.month.usage.used, line.month.budget.limit
        table.add_row(
            Text(line.salon.slug),
            line.month.budget.channel,
            f"{used:,}",
            _number(limit),
            f"{used * 100 / limit:.0f}" if limit else "",
            _cost(line.month),
            f"{line.month.waiting:,}",
            f"{line.month.left_out:,}",
            Text(line.state, style=STYLES.get(line.state, "")),
        )
    return table


def _number(limit: int | None) -> str:
    return "none" if limit is None else f"{limit:,}"


def _cost(month: ThisMonth) -> str:
    usage = month.usage
    if usage.cost_currency is None:
        return ""
    return f"{usage.cost_micros / 1_000_000:.2f} {usage.cost_currency}"


def _as_json(line: _Line) -> dict[str, Any]:
    usage, budget = line.month.usage, line.month.budget
    return {
        "salon": line.salon.slug,
        "channel": budget.channel,
        "month": usage.month.isoformat(),
        "used": usage.used,
        "limit": budget.limit,
        "at_cap": budget.at_cap,
        "own": budget.own,
        "cost_micros": usage.cost_micros,
        "cost_currency": usage.cost_currency,
        "waiting": line.month.waiting,
        "left_out": line.month.left_out,
        "state": line.state,
    }
