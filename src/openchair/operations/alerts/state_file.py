"""The watcher's state beside the database: one small file, replaced as a whole or not at all."""

import os
from pathlib import Path

from pydantic import ValidationError

from openchair.operations.alerts.memory import SNAPSHOT, Snapshot
from openchair.platform.logging.setup import logger

FILE = "state.json"

log = logger(__name__)


def write_state(folder: Path, content: bytes, *, file: str = FILE) -> None:
    """Write it so that a reader finds the old one or this one, also after a power cut.

    Raises `OSError` when the disk does not take it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{file}.new"
    with fresh.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(folder / file)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_state(folder: Path) -> Snapshot | None:
    """What an earlier watcher left here; None when there is nothing, or nothing we can read."""
    try:
        return SNAPSHOT.validate_json((folder / FILE).read_bytes())
    except FileNotFoundError:
        return None
    except (ValidationError, OSError):
        log.exception("the watcher's own state cannot be read; the database's is used")
        return None
