"""`openchair operator`: who may run this installation, at /ops."""

import secrets
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.cli.agree import agreed
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.identity.accounts.create import create_account
from openchair.identity.accounts.team import find_account
from openchair.identity.audit.record import SYSTEM
from openchair.identity.operators.grant import OperatorRole, grant, revoke
from openchair.identity.operators.queries import Operator, list_operators
from openchair.identity.two_factor.enrol import reset
from openchair.platform.db.engine import Database
from openchair.platform.errors import NotFound

commands = typer.Typer(help="Who may run this installation, at /ops.", no_args_is_help=True)

BY = "command line"
PASSWORD_BYTES = 15
EmailArgument = Annotated[str, typer.Argument(help="the mail address they log in with")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")]
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]


@commands.command("list", epilog="Example: openchair operator list")
def list_(as_json: JsonOption = False) -> None:
    """Everybody who may, their role, and whether they have a second factor."""

    async def read(database: Database) -> list[Operator]:
        async with database.transaction() as session:
            return await list_operators(session)

    found = on_database(read)
    if as_json:
        print_json(found)
    elif not found:
        out.print("Nobody yet. Begin with: openchair operator add EMAIL --name NAME")
    else:
        table = Table("Address", "Name", "Role", "Second factor", "Since")
        for each in found:
            table.add_row(
                each.email,
                each.name,
                each.role if each.is_active else f"{each.role} (closed)",
                "yes" if each.has_second_factor else "at the next log-in",
                f"{each.created_at:%Y-%m-%d}",
            )
        print_table(table)


@commands.command(epilog="Example: openchair operator add marek@salon.example --name 'Marek Nowak'")
def add(
    email: EmailArgument,
    name: Annotated[str, typer.Option(help="their name, where the account is new")] = "",
    role: Annotated[
        OperatorRole, typer.Option(help="`owner` sees plain sentences and one safe button")
    ] = "operator",
    as_json: JsonOption = False,
) -> None:
    """Let somebody in. A new account's password is shown once; the second factor is set up at the
    first log-in.
    """

    async def work(database: Database) -> str | None:
        password = None
        async with database.transaction() as session:
            user_id = await find_account(session, email=email)
            if user_id is None:
                password = secrets.token_urlsafe(PASSWORD_BYTES)
                user_id = await create_account(
                    session,
                    email=email,
                    name=name or email.partition("@")[0],
                    password=password,
                    language="en",
                    by=SYSTEM,
                )
            await grant(session, user_id=user_id, role=role, by=SYSTEM, granted_by=BY)
        return password

    password = on_database(work)
    if as_json:
        print_json({"email": email, "role": role, "password": password})
        return
    out.print(f"{email} may now log in at /ops as {role}.", markup=False)
    if password is not None:
        out.print(f"Password, shown this once: {password}", markup=False)


@commands.command(epilog="Example: openchair operator remove marek@salon.example")
def remove(email: EmailArgument, yes: YesOption = False) -> None:
    """Take the right away. The account itself stays, and `add` gives the right back."""

    async def work(database: Database) -> None:
        async with database.transaction() as session:
            await revoke(session, user_id=await _account(session, email), by=SYSTEM)

    if agreed(f"{email} will not get into /ops any more.", yes=yes):
        on_database(work)
        out.print("Done.")


@commands.command(
    "reset-second-factor",
    epilog="Example: openchair operator reset-second-factor marek@salon.example",
)
def reset_second_factor(email: EmailArgument, yes: YesOption = False) -> None:
    """For somebody who lost phone and recovery codes: the next log-in sets up a new one."""

    async def work(database: Database) -> bool:
        async with database.transaction() as session:
            return await reset(session, user_id=await _account(session, email), by=SYSTEM)

    if agreed(f"The authenticator and recovery codes of {email} will be forgotten.", yes=yes):
        there_was = on_database(work)
        if not there_was:
            err.print("There was none.")
        out.print("The next log-in at /ops asks to set up a new one.")


async def _account(session: AsyncSession, email: str) -> UUID:
    found = await find_account(session, email=email)
    if found is None:
        raise NotFound(f"There is no account for {email}.")
    return found
