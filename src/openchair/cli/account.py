"""`openchair account`: help for people of a salon's team who cannot get in by themselves."""

from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.cli.agree import agreed
from openchair.cli.work import on_database, out, print_json
from openchair.identity.accounts.team import find_account
from openchair.identity.audit.record import SYSTEM
from openchair.identity.passkeys.register import forget_all_passkeys
from openchair.identity.two_factor.enrol import reset
from openchair.platform.db.engine import Database
from openchair.platform.errors import NotFound

commands = typer.Typer(help="The accounts of people who log in.", no_args_is_help=True)


@commands.callback()
def accounts() -> None:
    """The accounts of people who log in."""


@commands.command(
    "reset-second-factor",
    epilog="Example: openchair account reset-second-factor lena@salon.example --with-passkeys",
)
def reset_second_factor(
    email: Annotated[str, typer.Argument(help="the mail address they log in with")],
    with_passkeys: Annotated[
        bool, typer.Option("--with-passkeys", help="forget their passkeys too: the device is gone")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="answer with one JSON document")] = False,
) -> None:
    """For somebody who lost phone and recovery codes: the password alone opens again. At /ops the
    next log-in asks to set up a new one.
    """

    async def work(database: Database) -> tuple[bool, int]:
        async with database.transaction() as session:
            return await _forget(session, email, with_passkeys=with_passkeys)

    what = (
        "authenticator, recovery codes and passkeys"
        if with_passkeys
        else ("authenticator and recovery codes")
    )
    if not agreed(f"The {what} of {email} will be forgotten.", yes=yes):
        return
    there_was, passkeys = on_database(work)
    if as_json:
        print_json({"email": email, "second_factor": there_was, "passkeys": passkeys})
        return
    out.print("Authenticator and codes are forgotten." if there_was else "There was none.")
    if with_passkeys:
        out.print(f"Passkeys forgotten: {passkeys}.")


async def _forget(session: AsyncSession, email: str, *, with_passkeys: bool) -> tuple[bool, int]:
    user_id = await find_account(session, email=email)
    if user_id is None:
        raise NotFound(f"There is no account for {email}.")
    there_was = await reset(session, user_id=user_id, by=SYSTEM)
    passkeys = 0
    if with_passkeys:
        passkeys = await forget_all_passkeys(session, user_id=user_id, by=SYSTEM)
    return there_was, passkeys
