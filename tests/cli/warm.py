"""A process that has imported what commands stand on and forks one for each that is asked for: a
process of its own as ever, with its own environment and output, but without its second of imports.

Started by `tests.cli.commands`, once a test worker, and ends with it. Nothing of `openchair.cli` is
loaded before the fork. That a command starts from nothing is seen in `test_app.py`.
"""

import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
from typing import Any, NoReturn

# All of these are only there to be there.
import rich.table  # noqa: F401
import typer  # noqa: F401

import openchair.platform.db.migrate
import openchair.reactions  # noqa: F401

READY = b"ready\n"
MOST_BYTES = 1_000_000


def serve(path: str) -> None:
    """Fork for whoever connects to the socket at `path`, until our standard input is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        os.write(1, READY)
        while True:
            ready, _, _ = select.select([listening, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            connection, _ = listening.accept()
            with connection:
                if os.fork() == 0:
                    attend(connection)


def attend(connection: socket.socket) -> NoReturn:
    """Run one command and answer its exit code; only the command's own process leaves `become`."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    asked = json.loads(connection.makefile("rb").readline(MOST_BYTES))
    if (child := os.fork()) == 0:
        become(asked)
    _, status = os.waitpid(child, 0)
    connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def become(asked: dict[str, Any]) -> NoReturn:
    """Be `python -m openchair` from here on."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    for number, name in enumerate((os.devnull, asked["out"], asked["err"])):
        opened = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["openchair", *asked["arguments"]]
    runpy.run_module("openchair", run_name="__main__", alter_sys=True)
    sys.exit(0)


if __name__ == "__main__":
    serve(sys.argv[1])
