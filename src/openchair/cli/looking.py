"""How a command looks at a house that may be broken: by the database's address, without starting
it, and never waiting long. Commands of monitoring use it instead of `work.on_database`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from openchair import reactions
from openchair.cli.database import embedded_cluster
from openchair.operations.health.prober import Prober
from openchair.platform.db.engine import Database
from openchair.platform.logging.setup import configure_logging
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

Result = TypeVar("Result")
POOL = 2
GOODBYE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The house that is looked at. The database may be away."""

    installation: InstallationSettings
    database: Database
    prober: Prober

    @property
    def logs(self) -> Path:
        """The folder of the processes' logs."""
        return self.installation.home / "logs"


def on_house(work: Callable[[House], Awaitable[Result]]) -> Result:
    """Run `work` on the house of the settings."""
    reactions.start()
    configure_logging(process="command", level="error")
    return asyncio.run(_with_house(work))


async def _with_house(work: Callable[[House], Awaitable[Result]]) -> Result:
    installation = load(InstallationSettings)
    url = installation.database_url or embedded_cluster().url()
    database = Database(url, pool_size=POOL, application_name="openchair command")
    prober = Prober(database=database, watching=True)
    try:
        return await work(House(installation=installation, database=database, prober=prober))
    finally:
        await prober.stop()
        try:
            await asyncio.wait_for(database.close(), GOODBYE_SECONDS)
        except TimeoutError:
            database.engine.sync_engine.dispose(close=False)  # it hears nobody
