"""What the watcher knows of incidents beside the database: `incidents.json` in its folder, replaced
as a whole or not at all.
"""

from pathlib import Path

from pydantic import ValidationError

from openchair.operations.alerts.state_file import write_state
from openchair.operations.incidents.watched import SNAPSHOT, Snapshot
from openchair.platform.logging.setup import logger

FILE = "incidents.json"

log = logger(__name__)


def write_incidents(folder: Path, content: bytes) -> None:
    """See `write_state`. Raises `OSError`."""
    write_state(folder, content, file=FILE)


def read_incidents(folder: Path) -> Snapshot:
    """What an earlier watcher left; nothing when there is nothing, or nothing we can read."""
    try:
        return SNAPSHOT.validate_json((folder / FILE).read_bytes())
    except FileNotFoundError:
        return Snapshot()
    except (ValidationError, OSError):
        log.exception("what the watcher wrote down of incidents cannot be read")
        return Snapshot()
