"""Where the drills of the watcher take place: a PostgreSQL of their own that may be stopped, frozen
and crowded, the sandbox as everybody who is told, and web, worker and watcher as real processes.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psutil

from openchair.cli.processes import die_with_parent
from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from openchair.platform.db.migrate import upgrade
from tests.api.conftest import House, booking, make_house, on
from tests.api.web_process import WebProcess, web_process
from tests.databases import UNSAFE_AND_QUICK
from tests.drills.proof import DUE, ENDS, prove, taken_by
from tests.drills.scene import USUAL
from tests.sandbox_process import Sandbox, sandbox
from tests.served import five_free_ports

EVERY = 4.0
SLACK_SECONDS = 1.5
"""What sending and two busy cores may take beside the two intervals."""

PATIENCE = 40
OPERATOR = "ops@example.org"
DATABASE = "drill"
WAITING = f"""
    SELECT count(*) FROM notifications
    WHERE {DUE} AND status NOT IN ({", ".join(f"'{each}'" for each in sorted(ENDS))})
"""  # noqa: S608 -- our own words
OVERLAPS = """
    SELECT count(*) FROM occupancy a JOIN occupancy b
    ON a.resource_id = b.resource_id AND a.during && b.during AND a.id < b.id
    WHERE a.state IN ('held', 'confirmed') AND b.state IN ('held', 'confirmed')
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as it arrived somewhere."""

    channel: str
    at: datetime
    text: str

    @property
    def is_end(self) -> bool:
        """Whether it says that it is over."""
        return "resolved" in self.text.lower().replace("resolved_at", "")


@dataclass(kw_only=True)
class Watched:
    """What a drill of the watcher has in its hands."""

    cluster: Cluster
    url: str
    outside: Sandbox
    web: WebProcess
    house: House
    home: Path
    environment: dict[str, str]
    status_url: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    booked: list[str] = field(default_factory=list)

    # ------------------------------------------------------------------ processes

    def start(self, name: str, *command: str, **settings: str) -> subprocess.Popen[bytes]:
        """Start `worker`, `watch` or another command under a name of its own."""
        words = command or ("-m", f"openchair.{name}")
        if name in self.processes:
            self.kill(name)
        with self.log_of(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *words],
                env={**self.environment, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509 -- no threads yet
            )
        return self.processes[name]

    def kill(self, name: str) -> None:
        """End it by SIGKILL."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    async def run(self, *arguments: str) -> str:
        """A command, as an operator types it; fails when it does."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "openchair", *arguments),
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await process.communicate()
        assert process.returncode in {0, 1}, complained.decode()
        return said.decode()

    def log_of(self, name: str) -> Path:
        """What a process says."""
        return self.home / f"{name}.log"

    async def is_watching(self) -> bool:
        """Whether the watcher has gone round with a database that answers."""
        return self.sql("SELECT count(*) FROM watch_leases") == "1"

    async def has_said(self, name: str, words: str, *, times: int = 1) -> None:
        """Wait until a process has logged this so often."""

        async def often() -> bool:
            return self.log_of(name).read_text().count(words) >= times

        await self.until(often, seconds=120)

    def memory_of(self, name: str) -> int:
        """Resident bytes of a process."""
        return int(psutil.Process(self.processes[name].pid).memory_info().rss)

    # ------------------------------------------------------------------ what was told

    async def told(self, name: str) -> list[Told]:
        """Every notice about this alert, wherever it arrived, in order."""
        webhooks = [
            ("webhook", each["received_at"], each["body"]) for each in await self.outside.webhooks()
        ]
        slack = [
            ("slack", each["received_at"], each["body"]) for each in await self.outside.slack()
        ]
        sms = [("sms", each["created_at"], each["body"]) for each in await self.outside.sms()]
        mails = [
            ("email", each["received_at"], f"{each['subject']}\n{each['text']}")
            for each in await self.outside.mails(to=OPERATOR)
        ]
        found = [
            Told(channel, datetime.fromisoformat(at), str(text))
            for channel, at, text in [*webhooks, *slack, *sms, *mails]
            if name in str(text)
        ]
        return sorted(found, key=lambda each: each.at)

    async def is_told(self, name: str, *, channels: set[str], since: datetime) -> float:
        """Wait until it was told on exactly these channels, once on each; answers after how many
        seconds the last of them had it.
        """

        async def everywhere() -> bool:
            return {each.channel for each in await self.told(name) if not each.is_end} == channels

        await self.until(everywhere)
        await asyncio.sleep(EVERY)  # one more round: it is not told again
        begun = [each for each in await self.told(name) if not each.is_end]
        assert sorted(each.channel for each in begun) == sorted(channels), begun
        return (max(each.at for each in begun) - since).total_seconds()

    async def is_over(self, name: str, *, channels: set[str], seconds: float = PATIENCE) -> None:
        """Wait until those who were told of the beginning were told of the end, once."""

        async def everywhere() -> bool:
            return {each.channel for each in await self.told(name) if each.is_end} == channels

        await self.until(everywhere, seconds=seconds)
        ends = [each.channel for each in await self.told(name) if each.is_end]
        assert sorted(ends) == sorted(channels), ends

    async def until(
        self, true: Callable[[], Awaitable[bool]], *, seconds: float = PATIENCE
    ) -> None:
        """Wait for what other processes do."""
        deadline = time.monotonic() + seconds
        while not await true():
            assert time.monotonic() < deadline, self.log_of("watch").read_text()[-1500:]
            await asyncio.sleep(0.1)

    # ------------------------------------------------------------------ the end

    async def prove(self) -> None:
        """Invariant N by both sides, and B: nothing overlaps."""
        database = Database(self.url, pool_size=2)
        try:
            to_us = {_bare(each) for each in await self.outside.mails(to=OPERATOR)}
            taken = [each for each in await self.outside.accepted() if _bare(each) not in to_us]
            await prove(database, taken=taken_by(taken))
        finally:
            await database.close()
        assert self.sql(OVERLAPS) == "0"
        assert int(self.sql("SELECT count(*) FROM bookings")) == len(self.booked)

    async def all_sent(self) -> None:
        """Wait until every message has come to an end."""

        async def ended() -> bool:
            return self.sql(WAITING) == "0"

        await self.until(ended)

    def sql(self, statement: str) -> str:
        """One statement by psql."""
        return self.cluster.run_sql(statement, database=DATABASE)

    async def book(self, hour: int, *, minute: int = 0) -> httpx.Response:
        """A client books Anna's cut next week over HTTP; what is acknowledged is remembered."""
        number = f"{hour}{minute:02}"
        wish = booking(
            self.house,
            start=on(hour, minute),
            customer={"name": f"Client {number}", "email": f"client{number}@example.com"},
        )
        async with httpx.AsyncClient(base_url=self.web.url, timeout=30) as client:
            answer = await client.post(f"{self.house.path}/bookings", json=wish)
        if answer.status_code == 201:
            self.booked.append(answer.json()["manage_url"])
        return answer


@asynccontextmanager
async def open_watched(
    folder: Path, *, tuning: Mapping[str, str] | None = None, **settings: str
) -> AsyncIterator[Watched]:
    """Everything started and looked at once; whatever still runs at the end is killed."""
    # What a client was told has to outlive PostgreSQL's death; only the machine's own may lose it.
    kept = {**UNSAFE_AND_QUICK, "synchronous_commit": "on", **(tuning or {})}
    cluster = Cluster(data=folder / "postgres", tuning=kept)
    url = await asyncio.to_thread(_made, cluster)
    home = folder / "home"
    home.mkdir()
    with ExitStack() as ending:
        ending.callback(cluster.stop)
        async with sandbox() as outside:
            port = five_free_ports()
            environment = {
                **os.environ,
                **outside.environment(),
                "DATABASE_URL": url,
                "OPENCHAIR_HOME": str(home),
                "OPENCHAIR_PORT": str(port),
                "OPENCHAIR_WATCH_SECONDS": str(EVERY),
                "OPENCHAIR_METRICS_SECONDS": "1",
                "ALERT_WEBHOOK_URL": f"{outside.http_url}/webhook/alerts",
                "ALERT_SLACK_WEBHOOK": f"{outside.http_url}/slack",
                "ALERT_EMAIL_RECIPIENTS": OPERATOR,
                "ALERT_PHONE_NUMBERS": "+41790000000",
                **USUAL,
                **settings,
            }
            web = ending.enter_context(
                web_process(database_url=url, folder=folder, settings=environment)
            )
            database = Database(url, pool_size=2)
            scene = Watched(
                cluster=cluster,
                url=url,
                outside=outside,
                web=web,
                house=await make_house(database),
                home=home,
                environment=environment,
                status_url=f"http://127.0.0.1:{port + 4}",
            )
            await database.close()
            try:
                scene.start("worker")
                scene.start("watch")
                await scene.until(scene.is_watching, seconds=120)
                yield scene
            finally:
                for name in [*scene.processes]:
                    scene.kill(name)


def _made(cluster: Cluster) -> str:
    cluster.start()
    cluster.run_sql(f"CREATE DATABASE {DATABASE}")
    upgrade(cluster.url(DATABASE))
    return cluster.url(DATABASE)


def _bare(mail: Mapping[str, Any]) -> str:
    return str(mail["message_id"]).strip("<>")


@contextmanager
def frozen(cluster: Cluster) -> Iterator[None]:
    """Every process of PostgreSQL stopped where it stands."""
    server = cluster.process()
    assert server is not None
    processes = [server, *server.children(recursive=True)]
    for each in processes:
        each.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for each in processes:
            if each.is_running():
                each.send_signal(signal.SIGCONT)


def now() -> datetime:
    """The instant a fault begins."""
    return datetime.now(UTC)
