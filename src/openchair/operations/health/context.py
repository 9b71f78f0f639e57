"""What every step of the watcher is given. Made by `openchair/watch/`, once a tick."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from openchair.platform.db.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchContext:
    """One tick. `folder` is the watcher's own, for what has to outlive a dead database;
    `every` is the interval in seconds.
    """

    database: Database
    database_alive: bool
    now: datetime
    every: float
    folder: Path
