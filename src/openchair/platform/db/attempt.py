"""Runs a use case in a transaction of its own and runs it again when it lost a race.

Doors call it for every booking verb. A verb that loses to another client (exclusion 23P01,
idempotency key 23505, deadlock 40P01, serialization 40001) is begun anew: the second run sees
what the winner committed and answers properly, for instance with the nearest free times.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.engine import Database
from openchair.platform.errors import Unavailable

LOST_RACES = ("23P01", "23505", "40P01", "40001")
MOST_RUNS = 10
QUEUE = "SELECT pg_advisory_xact_lock(hashtextextended('attempt', 0))"

T = TypeVar("T")


async def attempt(database: Database, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """The result of `work`, run in a fresh transaction, at most ten times while it loses races.

    Who lost once stands in a queue: second runs go one at a time, so that a crowd at one time of
    one salon settles in as many steps as it has people.

    Raises what `work` raises; `Unavailable` when it kept losing.
    """
    lost: BaseException | None = None
    for _ in range(MOST_RUNS):
        try:
            async with database.transaction() as session:
                if lost is not None:
                    await session.execute(text(QUEUE))
                return await work(session)
        except (asyncpg.PostgresError, DBAPIError) as error:
            if sql_state(error) not in LOST_RACES:
                raise
            lost = error
    raise Unavailable(
        "Many people are booking at this moment. Nothing was changed; please try again."
    ) from lost


def sql_state(error: BaseException) -> str | None:
    """The SQLSTATE of a database error, whichever layer raised it."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    return getattr(origin, "sqlstate", None)
