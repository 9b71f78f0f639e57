"""Where a drill takes place: a database, the sandbox as the outside world, and worker processes
to kill and stall. At the end the database is compared with what the outside world took.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from openchair.cli.processes import die_with_parent
from openchair.notifications.outbox import NewMessage, put_all
from openchair.platform.db.engine import Database
from tests.builders import make_salon
from tests.drills.proof import ENDS, Proof, prove, taken_by
from tests.drills.worker import GREETING
from tests.sandbox_process import Sandbox, sandbox

PATIENCE = 60
USUAL = {
    "OPENCHAIR_MAIL_LEASE_SECONDS": "3",
    "OPENCHAIR_MAIL_DOUBTFUL_GRACE_SECONDS": "1",
    "OPENCHAIR_BREAKER_COOL_DOWN_SECONDS": "2",
}
"""What makes a drill short; nothing else differs from a real installation."""

Condition = Callable[[], Awaitable[Any]]


@dataclass(kw_only=True)
class Scene:
    """What a drill has in its hands. `settings` go to every worker that is started from now on."""

    database: Database
    outside: Sandbox
    salon_id: UUID
    log: Path
    settings: dict[str, str]
    workers: list[Process] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What a worker is started with."""
        return {
            **os.environ,
            **self.outside.environment(),
            "DATABASE_URL": self.database.url,
            **self.settings,
        }

    async def start(self, **settings: str) -> Process:
        """One more worker; it is killed at the end at the latest."""
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.drills.worker"),
                env={**self.environment, **settings},
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=partial(die_with_parent, os.getpid()),
            )
        self.workers.append(process)
        return process

    async def kill(self, worker: Process) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
        self.workers.remove(worker)

    async def put(self, count: int = 1, **more: Any) -> list[UUID]:
        """Commit messages to as many people; `more` are fields of `NewMessage`."""
        given = {
            "kind": GREETING,
            "channel": "email",
            "language": "en",
            "data": {},
            "reference": "drill",
            **more,
        }
        messages = [
            NewMessage(
                salon_id=self.salon_id,
                **{"recipient": f"{key}@example.org", "dedupe_key": key, **given},
            )
            for key in (os.urandom(8).hex() for _ in range(count))
        ]
        async with self.database.transaction() as session:
            return await put_all(session, messages=messages)

    # ------------------------------------------------------------------ looking

    async def until(
        self, condition: Condition, *, seconds: float = PATIENCE, every: float = 0.05
    ) -> None:
        """Wait until it is true; another process makes it so."""
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110 -- another process makes it true
                await asyncio.sleep(every)

    async def value(self, statement: str, **values: Any) -> Any:
        """One value of the database."""
        async with self.database.transaction() as session:
            return (await session.execute(text(statement), values)).scalar()

    async def row(self, message_id: UUID) -> dict[str, Any]:
        """The message as it stands."""
        async with self.database.transaction() as session:
            found = await session.execute(
                text("SELECT * FROM notifications WHERE id = :id"), {"id": message_id}
            )
            return dict(found.mappings().one())

    async def outcomes(self, message_id: UUID) -> list[str | None]:
        """How every try and look-up ended, in order."""
        async with self.database.transaction() as session:
            found = await session.scalars(
                text(
                    "SELECT outcome FROM notification_attempts WHERE notification_id = :id"
                    " ORDER BY number"
                ),
                {"id": message_id},
            )
            return list(found)

    async def becomes(
        self, message_id: UUID, status: str, *, seconds: float = PATIENCE
    ) -> dict[str, Any]:
        """Wait until the message has this status; answers its row."""

        async def has() -> bool:
            return bool((await self.row(message_id))["status"] == status)

        await self.until(has, seconds=seconds)
        return await self.row(message_id)

    async def all_end(self, *, seconds: float = PATIENCE) -> None:
        """Wait until every message has come to an end."""

        async def ended() -> bool:
            return not await self.value(
                "SELECT count(*) FROM notifications WHERE NOT status = ANY(:ends)",
                ends=list(ENDS),
            )

        await self.until(ended, seconds=seconds, every=0.2)

    async def events(self, name: str) -> int:
        """How often this was announced."""
        found: int = await self.value("SELECT count(*) FROM events WHERE name = :name", name=name)
        return found

    async def happens(self, name: str, *, times: int = 1, seconds: float = PATIENCE) -> None:
        """Wait until it has been announced so often."""

        async def has() -> bool:
            return await self.events(name) >= times

        await self.until(has, seconds=seconds)

    def said(self, event: str, **fields: Any) -> list[dict[str, Any]]:
        """The lines of the workers' log with this event and these fields."""
        lines = [_line(each) for each in self.log.read_bytes().splitlines()]
        return [
            line
            for line in lines
            if line.get("event") == event
            and all(line.get(name) == value for name, value in fields.items())
        ]

    async def taken(self) -> Counter[str]:
        """How often the outside world took each Message-ID."""
        return taken_by(await self.outside.accepted())

    # ------------------------------------------------------------------ the end

    async def prove(self) -> Proof:
        """Invariant N, by the database and by what the outside world took."""
        return await prove(self.database, taken=await self.taken())


@asynccontextmanager
async def open_scene(
    *, database_url: str, folder: Path, sandbox_options: Mapping[str, Any] | None = None
) -> AsyncIterator[Scene]:
    """A scene over an empty, migrated database; whatever still runs at its end is killed."""
    database = Database(database_url)
    async with sandbox(**(sandbox_options or {})) as outside:
        async with database.transaction() as session:
            salon_id = (await make_salon(session)).salon_id
        scene = Scene(
            database=database,
            outside=outside,
            salon_id=salon_id,
            log=folder / "workers.log",
            settings=dict(USUAL),
        )
        scene.log.touch()
        try:
            yield scene
        finally:
            for worker in scene.workers:
                if worker.returncode is None:
                    worker.kill()
            for worker in scene.workers:
                await worker.wait()
            await database.close()


def _line(line: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}  # what Python itself prints when a process dies
    return found if isinstance(found, dict) else {}
