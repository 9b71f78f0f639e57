"""The whole house served as `openchair up` serves it: real processes, real ports, real mail."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest

from openchair.cli.processes import die_with_parent
from openchair.platform.db.embedded import Cluster
from tests.databases import clone_with_demo, drop

START_SECONDS = 90
STOP_SECONDS = 30
NOT_LIMITED = {
    "OPENCHAIR_LIMIT_READS_PER_MINUTE": "1000000",
    "OPENCHAIR_LIMIT_WRITES_PER_MINUTE": "1000000",
    "OPENCHAIR_LIMIT_HOLDS_PER_TEN_MINUTES": "1000000",
    "OPENCHAIR_LIMIT_LOGINS_PER_QUARTER": "1000000",
    "OPENCHAIR_LIMIT_LOGINS_PER_ACCOUNT": "1000000",
    "OPENCHAIR_LIMIT_HEALTH_PER_MINUTE": "1000000",
    "OPENCHAIR_LIMIT_TEST_ALERTS_PER_MINUTE": "1000000",
    "OPENCHAIR_LIMIT_VITALS_PER_MINUTE": "1000000",
    "OPENCHAIR_LIMIT_READY_PER_MINUTE": "1000000",
}


@dataclass(frozen=True, kw_only=True)
class Served:
    """A running house. `url` and `mailbox_url` have no trailing slash."""

    process: subprocess.Popen[bytes]
    home: Path
    port: int
    database_url: str
    output: Path

    @property
    def url(self) -> str:
        """The pages and the API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def mailbox_url(self) -> str:
        """The sandbox, with every mail that was sent."""
        return f"http://127.0.0.1:{self.port + 1}"

    def log(self, part: str) -> str:
        """What `web`, `worker` or `sandbox` logged so far."""
        return (self.home / "logs" / f"{part}.log").read_text()


@pytest.fixture(scope="session")
def served(cluster: Cluster, run_folder: Path) -> Iterator[Served]:
    """The house with its demo salons, over a database of its own; one for each xdist worker.

    Tests share it, so each makes its own clients and picks its own times.
    """
    name = f"served_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    url = clone_with_demo(cluster, run_folder, name)
    with house(home=run_folder / name, database_url=url) as found:
        yield found
    drop(cluster, name)


@contextmanager
def house(
    *, home: Path, database_url: str | None, settings: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """`openchair up` until the block ends. Without a URL it brings its own PostgreSQL."""
    with ExitStack() as ending:
        found = open_house(home=home, database_url=database_url, settings=settings)
        ending.callback(close_house, found)
        wait_until_open(found)
        yield found


def open_house(
    *, home: Path, database_url: str | None, settings: Mapping[str, str] | None = None
) -> Served:
    """Start `openchair up` without waiting for it."""
    home.mkdir(parents=True, exist_ok=True)
    port = int((settings or {}).get("OPENCHAIR_PORT") or five_free_ports())
    environment = {
        **os.environ,
        **NOT_LIMITED,
        "OPENCHAIR_HOME": str(home),
        "OPENCHAIR_PORT": str(port),
        **({"DATABASE_URL": database_url} if database_url else {}),
        **(settings or {}),
    }
    output = home / "up.out"
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "openchair", "up"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509 -- no threads here
        )
    return Served(
        process=process,
        home=home,
        port=port,
        database_url=database_url or Cluster(data=home / "postgres").url(),
        output=output,
    )


def wait_until_open(served: Served) -> None:
    """Return when the pages answer and the panel was printed. Fails with what was printed."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and served.process.poll() is None:
        if "Ctrl-C closes it" in served.output.read_text():
            return
        time.sleep(0.05)
    pytest.fail(f"openchair up did not open:\n{served.output.read_text()}")


def close_house(served: Served) -> None:
    """Ctrl-C, as a person ends it; killed if it does not end."""
    if served.process.poll() is None:
        served.process.send_signal(signal.SIGINT)
    try:
        served.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        served.process.kill()
        served.process.wait()
        raise


def five_free_ports() -> int:
    """The first of five neighbouring ports that nobody uses."""
    while True:
        first = random.randrange(20_000, 32_000)
        try:
            for port in range(first, first + 5):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return first


def wait_for(url: str, *, seconds: float = 30) -> httpx.Response:
    """The first answer below 500 from `url`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if (answer := httpx.get(url, timeout=5)).status_code < 500:
                return answer
        except httpx.HTTPError:
            time.sleep(0.1)
    pytest.fail(f"{url} did not answer within {seconds} s")
