"""Runs the command line as a person does: another process, its own environment."""

import atexit
import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Lock

from tests.cli.warm import READY

_starting = Lock()


def openchair(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`openchair ARGUMENTS` with these environment variables set besides the test's own."""
    with _starting:
        warm = _warm()
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as connection:
        out, err = Path(folder, "out"), Path(folder, "err")
        asked = {
            "arguments": arguments,
            "environment": {**os.environ, **settings},
            "folder": str(Path.cwd()),
            "out": str(out),
            "err": str(err),
        }
        connection.connect(warm.path)
        connection.sendall(json.dumps(asked).encode() + b"\n")
        code = connection.recv(16)
        assert code, "the command's process was killed"
        return subprocess.CompletedProcess(arguments, int(code), out.read_text(), err.read_text())


@dataclass(frozen=True, slots=True)
class Warm:
    """The process that forks our commands, and where it listens."""

    process: subprocess.Popen[bytes]
    path: str

    def end(self) -> None:
        """It ends by itself when its standard input is closed, as when this process is killed."""
        self.process.communicate(timeout=10)


@cache
def _warm() -> Warm:
    path = Path(mkdtemp(dir=os.environ["TEST_RUN_FOLDER"]), "commands")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.warm", path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == READY
    warm = Warm(process, str(path))
    atexit.register(warm.end)
    return warm
