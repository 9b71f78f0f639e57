"""What every step of the watcher is given. Made by `openchair/watch/`, once a tick."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.engine import Database
from openchair.platform.errors import Unavailable


@dataclass(slots=True, kw_only=True)
class WatchContext:
    """One tick. `folder` is the watcher's own, for what has to outlive a dead database; `every` is
    the interval in seconds, `database_alive` what the probe found before the tick began.
    """

    database: Database
    database_alive: bool
    now: datetime
    every: float
    folder: Path
    waited_in_vain: bool = False

    @asynccontextmanager
    async def asking(self, *, within: float) -> AsyncIterator[AsyncSession]:
        """A transaction of at most so many seconds. When they were not enough, the rest of the tick
        does without the database: one that froze in the middle of it is waited for once, and the
        next tick tells of it. Raises `Unavailable`.
        """
        if self.waited_in_vain:
            raise Unavailable(SILENT)
        try:
            async with asyncio.timeout(within), self.database.transaction() as session:
                yield session
        except TimeoutError as silence:
            self.waited_in_vain = True
            raise Unavailable(SILENT) from silence


SILENT = "The database does not answer the watcher; it goes on without."
