"""How a command works on the database and speaks: one way for all commands.

A command gives `on_database` an async function; what is printed is a sentence, a table or JSON.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg
import orjson
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from sqlalchemy.exc import ProgrammingError

from openchair import reactions
from openchair.cli.database import database_url
from openchair.platform.db.engine import Database
from openchair.platform.db.migrate import upgrade
from openchair.platform.errors import Unavailable

Result = TypeVar("Result")
NO_SUCH_TABLE = "42P01"
WIDEST = 10_000

out = Console(highlight=False)
"""What a command answers; user's words go through it with `markup=False` or as `Text`."""

err = Console(stderr=True, highlight=False)
"""Progress and faults, so that the answer can be piped."""


def on_database(work: Callable[[Database], Awaitable[Result]], *, migrate: bool = False) -> Result:
    """Run `work` on the database of the settings; commands that may be a salon's first `migrate`.

    Raises `Unavailable` when it cannot be reached or has no tables of ours yet.
    """
    reactions.start()
    with database_url() as url:
        if migrate:
            upgrade(url)
        return asyncio.run(_with_database(url, work))


async def _with_database(url: str, work: Callable[[Database], Awaitable[Result]]) -> Result:
    database = Database(url, pool_size=4, application_name="openchair command")
    try:
        return await work(database)
    except (ProgrammingError, asyncpg.UndefinedTableError) as error:
        if getattr(getattr(error, "orig", error), "sqlstate", None) != NO_SUCH_TABLE:
            raise
        raise Unavailable(
            "This database has no salon tables yet. Start OpenChair once with: openchair up"
        ) from error
    finally:
        await database.close()


def print_table(table: Table) -> None:
    """A table as wide as what it says: an id or an address is whole in a pipe and a small window,
    where rows go on in the next line, since somebody copies it into the next command.
    """
    unlimited = out.options.update(max_width=WIDEST)
    table.width = Measurement.get(out, unlimited, table).maximum
    out.print(table, soft_wrap=True)


def print_json(answer: Any) -> None:
    """One JSON document on standard output."""
    print(orjson.dumps(answer, default=str, option=orjson.OPT_INDENT_2).decode())
