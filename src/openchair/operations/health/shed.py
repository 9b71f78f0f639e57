"""Load shedding: while PostgreSQL is there but answers nobody, this process's doors are refused at
once (503 with Retry-After) instead of piling up. The prober's next good look lets them in again.
"""

from openchair.operations.health.prober import Heard
from openchair.platform.db.engine import Database
from openchair.platform.logging.setup import logger
from openchair.platform.probes import Reading, State

log = logger(__name__)


def shedding(database: Database) -> Heard:
    """For `Prober.tell`: keeps `database.is_silent` true to the last reading."""

    def hear(reading: Reading) -> None:
        if reading.name != "database":
            return
        silent = reading.state is State.ERROR and reading.details.get("kind") == "timeout"
        if silent is not database.is_silent:
            log.warning("requests are turned away" if silent else "requests are let in again")
        database.is_silent = silent

    return hear
