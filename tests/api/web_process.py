"""A real web process on a socket of the test's own, so that another can take over after kill -9."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.served import NOT_LIMITED

START_SECONDS = 90


class WebProcess:
    """The web process of one database. The socket outlives it: callers queue meanwhile."""

    def __init__(
        self, *, database_url: str, log: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.environment = {
            **os.environ,
            **NOT_LIMITED,
            "DATABASE_URL": database_url,
            **(settings or {}),
        }
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin to serve; returns when it answers."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "openchair.main", str(self.socket.fileno())],
                env=self.environment,
                pass_fds=[self.socket.fileno()],
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                httpx.get(f"{self.url}/api/health", timeout=2).raise_for_status()
            except httpx.ReadTimeout:
                continue
            return
        pytest.fail(f"the web process does not answer:\n{self.log.read_text()}")

    def kill(self) -> None:
        """As the kernel would when memory runs out: nothing is tidied up."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@contextmanager
def web_process(
    *, database_url: str, folder: Path, settings: Mapping[str, str] | None = None
) -> Iterator[WebProcess]:
    """One that runs until the block ends."""
    log = folder / f"web-{time.monotonic_ns()}.log"
    found = WebProcess(database_url=database_url, log=log, settings=settings)
    try:
        found.start()
        yield found
    finally:
        found.kill()
        found.socket.close()
