"""Readings as the probes give them, and a page whose rounds a test makes one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from openchair.operations.health.context import WatchContext
from openchair.operations.status_page.watch import Page, tick
from openchair.operations.status_page.write import Folder
from openchair.platform.db.engine import Database
from openchair.platform.probes import Reading, State

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVERY = 15.0


def reading(
    name: str,
    state: State = State.HEALTHY,
    *,
    measures: Mapping[str, float] | None = None,
    **details: object,
) -> Reading:
    return Reading(
        name=name,
        state=state,
        message="a word with secrets: pg-1.internal",
        response_time_ms=1.0,
        at=NOON,
        details=details,
        measures=measures or {},
    )


FINE = {
    each.name: each
    for each in (
        reading("database"),
        reading("website"),
        reading("workers"),
        reading("smtp"),
        reading("queue"),
        reading("sms", configured=True),
    )
}
NO_DATABASE = {
    **FINE,
    "database": reading("database", State.ERROR, kind="refused"),
    "website": reading("website", State.ERROR),
    "workers": reading("workers", State.ERROR, kind="unknown"),
    "queue": reading("queue", State.ERROR, kind="unknown"),
}


@dataclass
class Keeper:
    """One watcher's page."""

    database: Database
    home: Path
    page: Page = field(default_factory=Page)
    now: datetime = NOON

    def __post_init__(self) -> None:
        self.restart()

    async def round(self, readings: Mapping[str, Reading], *, rounds: int = 1) -> None:
        """So many rounds; the database is there when its reading is fine."""
        for _ in range(rounds):
            self.now += timedelta(seconds=EVERY)
            context = WatchContext(
                database=self.database,
                database_alive=readings["database"].state is State.HEALTHY,
                now=self.now,
                every=EVERY,
                folder=self.watch,
            )
            await tick(context, readings=readings, page=self.page)

    def restart(self) -> None:
        """Another process: all it knows is what was written."""
        self.page = Page(folder=Folder(self.home / "status"))

    @property
    def watch(self) -> Path:
        return self.home / "watch"

    def shown(self) -> dict[str, str]:
        """What the page says of each component."""
        document = orjson.loads((self.home / "status" / "status.json").read_bytes())
        return {each["key"]: each["status"] for each in document["components"]}

    def text(self, path: str = "index.html") -> str:
        return (self.home / "status" / path).read_text()
