"""`openchair token`: keys for services that call the API."""

from datetime import timedelta
from typing import Annotated

import typer

from openchair.cli.work import err, on_database, print_json
from openchair.identity.audit.record import SYSTEM
from openchair.identity.tokens.claims import ROLES
from openchair.identity.tokens.issue import MOST_DAYS, issue_token
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.salons.queries import get_salon

commands = typer.Typer(help="Tokens for services that call the API.", no_args_is_help=True)


@commands.callback()
def _noun() -> None:
    """Tokens for services that call the API."""


@commands.command(epilog="Example: openchair token create --role manager --salon schnittwerk")
def create(
    role: Annotated[str, typer.Option(help=f"one of {', '.join(ROLES)}")],
    salon: Annotated[str | None, typer.Option(help="the salon's address, for its roles")] = None,
    days: Annotated[int, typer.Option(help=f"how long it lasts, 1 to {MOST_DAYS}")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="answer with one JSON document")] = False,
) -> None:
    """Print a new token; send it as `Authorization: Bearer TOKEN`. It is kept nowhere."""
    now = utc_now()

    async def make(database: Database) -> str:
        async with database.transaction() as session:
            salon_id = (await get_salon(session, slug=salon)).id if salon is not None else None
            return await issue_token(
                session, role=role, salon_id=salon_id, days=days, by=SYSTEM, now=now
            )

    token = on_database(make)
    ends = now + timedelta(days=days)
    if as_json:
        print_json({"token": token, "role": role, "salon": salon, "expires_at": ends.isoformat()})
    else:
        print(token)
        err.print(f"Valid until {ends:%Y-%m-%d %H:%M} UTC.", style="dim")
