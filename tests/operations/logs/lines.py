"""Log files as processes write them, for tests that read them back."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

TRACEBACK = """Traceback (most recent call last):
  File "/srv/src/openchair/notifications/delivery.py", line {line}, in _hand_over
    await provider.send(message)
  File "/venv/lib/python3.12/site-packages/aiosmtplib/protocol.py", line 88, in send
    raise SMTPServerDisconnected("closed")
aiosmtplib.errors.SMTPServerDisconnected: Connection lost after {number} bytes"""


def say(folder: Path, process: str, *, minutes: float = 0, **fields: Any) -> None:
    """One line, so many minutes old."""
    at = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
    line = {"level": "info", "timestamp": at, "process": process, **fields}
    write(folder, process, json.dumps(line))


def fail(folder: Path, *, minutes: float, line: int = 10, number: int = 1, **fields: Any) -> None:
    """An exception of the worker's."""
    exception = TRACEBACK.format(line=line, number=number)
    more = {"event": "send failed", "level": "error", "exception": exception, **fields}
    say(folder, "worker", minutes=minutes, **more)


def write(folder: Path, process: str, text: str) -> None:
    """Text as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{process}.log").open("a") as file:
        file.write(f"{text}\n")
