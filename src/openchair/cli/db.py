"""`openchair db`: the address of the database, statements by hand, and who blocks whom."""

import asyncio
import subprocess
from typing import Annotated, Any

import asyncpg
import orjson
import typer

from openchair.cli.database import connected, database_url, embedded_cluster
from openchair.cli.db_blockers import blockers
from openchair.platform.db.embedded import BINARIES
from openchair.platform.errors import Invalid
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

commands = typer.Typer(
    help="The database: its address, and statements by hand.", no_args_is_help=True
)


@commands.command(epilog='Example: psql "$(openchair db url)"')
def url() -> None:
    """Print the address, for psql and every other tool that knows libpq addresses."""
    print(load(InstallationSettings).database_url or embedded_cluster().url())


@commands.command(epilog='Example: openchair db shell --command "SELECT slug FROM salons" --json')
def shell(
    command: Annotated[
        str | None, typer.Option("--command", "-c", help="statements instead of a prompt")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="print the rows of one --command as a JSON list")
    ] = False,
) -> None:
    """Open psql, or run one statement; the embedded server is started if it does not run."""
    if as_json and command is None:
        raise typer.BadParameter("--json goes with --command.")
    with database_url() as address:
        if as_json and command is not None:
            rows = asyncio.run(_rows(address, command))
            print(orjson.dumps(rows, default=str, option=orjson.OPT_INDENT_2).decode())
            return
        psql = [str(BINARIES / "psql"), "-X", "-v", "ON_ERROR_STOP=1", address]
        statement = ["-c", command] if command is not None else []
        code = subprocess.run([*psql, *statement], check=False).returncode
    raise typer.Exit(2 if code else 0)


commands.command(epilog="Example: openchair db blockers --cancel 4711 --yes")(blockers)


async def _rows(address: str, statement: str) -> list[dict[str, Any]]:
    async with connected(address) as connection:
        try:
            return [dict(row) for row in await connection.fetch(statement)]
        except asyncpg.PostgresError as error:
            raise Invalid(f"PostgreSQL refuses: {error}") from error
