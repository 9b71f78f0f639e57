"""Which database a command works on: the external one of the settings, or the embedded one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg

from openchair.platform.db.embedded import CannotStart, Cluster
from openchair.platform.errors import Unavailable
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

CONNECT_SECONDS = 5


def embedded_cluster() -> Cluster:
    """The embedded PostgreSQL in the data folder."""
    return Cluster(data=load(InstallationSettings).database_folder)


@contextmanager
def database_url() -> Iterator[str]:
    """The URL while a command needs it. The embedded server is started if it does not run, and
    stopped again if nobody else uses it. Raises `Unavailable`.
    """
    if url := load(InstallationSettings).database_url:
        asyncio.run(_greet(url))
        yield url
        return
    try:
        with embedded_cluster().running() as url:
            yield url
    except CannotStart as error:
        raise Unavailable(str(error)) from error


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """One connection of its own. Raises `Unavailable` when there is nobody at the address."""
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, asyncpg.PostgresError) as error:
        # The address may hold a password, so it is not repeated.
        raise Unavailable(f"The database of DATABASE_URL cannot be reached: {error}") from error
    try:
        yield connection
    finally:
        await connection.close()


async def _greet(url: str) -> None:
    async with connected(url) as connection:
        await connection.execute("SELECT 1")
