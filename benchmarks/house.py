"""What the benchmarks run on: an embedded PostgreSQL of their own with the product's settings,
a salon of twenty stylists, and real web processes."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from openchair.platform.db.migrate import upgrade
from tests.builders import make_salon

STYLISTS = 20
OPENS, CLOSES = 6 * 60, 22 * 60
SERVICE_MINUTES = 30
WEB_PROCESSES = 2
UNLIMITED = {
    "OPENCHAIR_LIMIT_READS_PER_MINUTE": "100000000",
    "OPENCHAIR_LIMIT_WRITES_PER_MINUTE": "100000000",
    "OPENCHAIR_LOG_LEVEL": "warning",
}


@dataclass(frozen=True)
class BenchSalon:
    """The ids that the benchmarks need."""

    slug: str
    salon_id: UUID
    location_id: UUID
    service_id: UUID
    staff_ids: list[UUID]
    chair_ids: list[UUID]


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL in a temporary folder, tuned as the product's; gone at the end."""
    with tempfile.TemporaryDirectory(prefix="openchair-bench-") as folder:
        Path(folder).chmod(0o755)
        found = Cluster(data=Path(folder) / "postgres", tuning={"log_destination": "jsonlog"})
        found.start()
        try:
            yield found
        finally:
            found.stop()


@contextmanager
def database(of: Cluster, name: str) -> Iterator[str]:
    """A migrated database, dropped at the end. Yields its URL."""
    of.run_sql(f"CREATE DATABASE {name}", database="postgres")
    upgrade(of.url(name))
    try:
        yield of.url(name)
    finally:
        of.run_sql(f"DROP DATABASE {name} WITH (FORCE)", database="postgres")


async def furnish(url: str) -> BenchSalon:
    """A salon with twenty stylists and twenty chairs, open from six to ten every day."""
    pool = Database(url)
    async with pool.transaction() as session:
        shop = await make_salon(session, opens=(OPENS, CLOSES), horizon_days=365)
        chairs = await shop.things("chair", STYLISTS)
        cut = await shop.service("cut", SERVICE_MINUTES, needs=(chairs,))
        for number in range(12):
            await shop.service(f"service-{number}", 45)
        staff = [
            await shop.person(f"stylist-{number}", cut, shifts=((OPENS, CLOSES),))
            for number in range(STYLISTS)
        ]
        rows = await session.connection()
        found = await rows.exec_driver_sql(
            "SELECT id FROM resources WHERE salon_id = $1 ORDER BY position", (shop.salon_id,)
        )
        chair_ids = [row[0] for row in found]
    await pool.close()
    return BenchSalon(shop.slug, shop.salon_id, shop.location_id, cut, staff, chair_ids)


@contextmanager
def web(
    url: str,
    processes: int = WEB_PROCESSES,
    *,
    module: str = "openchair.main",
    settings: Mapping[str, str] | None = None,
    output: Path | None = None,
) -> Iterator[tuple[int, list[int]]]:
    """Web processes that share a port, as `openchair up` starts them. Yields port and ids.

    `output` takes what they print, as the files in the data folder do.
    """
    with (
        tempfile.TemporaryDirectory(prefix="openchair-bench-home-") as home,
        socket.create_server(("127.0.0.1", 0), backlog=1024) as listening,
        ExitStack() as files,
    ):
        port = listening.getsockname()[1]
        environment = {**environment_of(url, Path(home)), **(settings or {})}
        printed = files.enter_context(output.open("ab")) if output else None
        started = [
            subprocess.Popen(
                [sys.executable, "-m", module, str(listening.fileno())],
                env=environment,
                pass_fds=[listening.fileno()],
                stdout=printed,
            )
            for _ in range(processes)
        ]
        try:
            _wait(f"http://127.0.0.1:{port}/api/health")
            yield port, [each.pid for each in started]
        finally:
            for each in started:
                each.send_signal(signal.SIGINT)
            for each in started:
                each.wait(timeout=20)


def environment_of(url: str, home: Path) -> Mapping[str, str]:
    """The settings of a process over this database, without limits."""
    return {
        **os.environ,
        **UNLIMITED,
        "OPENCHAIR_HOME": str(home),
        "OPENCHAIR_SECRET_KEY": secrets.token_urlsafe(32),
        "DATABASE_URL": url,
    }


def _wait(url: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own process
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
