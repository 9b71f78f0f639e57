"""How a command works on the database and speaks: one way for all commands.

A command gives `on_database` an async function; what is printed is a sentence, a table or JSON.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import orjson
from rich.console import Console

from openchair import reactions
from openchair.cli.database import database_url
from openchair.platform.db.engine import Database
from openchair.platform.db.migrate import upgrade

Result = TypeVar("Result")

out = Console(highlight=False)
"""What a command answers; user's words go through it with `markup=False` or as `Text`."""

err = Console(stderr=True, highlight=False)
"""Progress and faults, so that the answer can be piped."""


def on_database(work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Run `work` on the database of the settings, brought to the newest schema first.

    Raises `Unavailable` when it cannot be reached.
    """
    reactions.start()
    with database_url() as url:
        upgrade(url)
        return asyncio.run(_with_database(url, work))


async def _with_database(url: str, work: Callable[[Database], Awaitable[Result]]) -> Result:
    database = Database(url, pool_size=4, application_name="openchair command")
    try:
        return await work(database)
    finally:
        await database.close()


def print_json(answer: Any) -> None:
    """One JSON document on standard output."""
    print(orjson.dumps(answer, default=str, option=orjson.OPT_INDENT_2).decode())
