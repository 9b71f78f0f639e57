"""The folder in which the command leaves what was said while the database was away, one small file
each, put there whole. The watcher takes them in, in order; they stay until PostgreSQL has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from openchair.operations.status_page.files import put_file
from openchair.operations.status_page.updates import Clear, Update
from openchair.platform.ids import new_id
from openchair.platform.logging.setup import logger

FOLDER = "status-inbox"
MOST = 200
MOST_BYTES = 20_000

Said = Update | Clear
_CLEAR, _UPDATE = TypeAdapter(Clear), TypeAdapter(Update)

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """One file of the inbox."""

    path: Path
    said: Said


def leave(folder: Path, said: Said) -> Path:
    """Leave it for the watcher whose folder this is; durable when it returns. Raises `OSError`."""
    place = folder / FOLDER
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place / f"{new_id()}.json"  # version 7: by name they are in order
    put_file(path, orjson.dumps(said), is_durable=True)
    return path


def read_inbox(folder: Path) -> Sequence[Letter]:
    """What waits, the oldest first, at most 200. A file that is none of ours is set aside."""
    place = folder / FOLDER
    found: list[Letter] = []
    for path in sorted(place.glob("*.json"))[:MOST] if place.is_dir() else ():
        try:
            given = orjson.loads(path.read_bytes()[:MOST_BYTES])  # a longer one is none of ours
            form: TypeAdapter[Any] = _CLEAR if given.get("kind") == "clear" else _UPDATE
            found.append(Letter(path, form.validate_python(given)))
        except (ValidationError, ValueError):
            log.exception("an update of the status page cannot be read", file=path.name)
            path.rename(path.with_suffix(".unread"))
    return found
