"""`python -m openchair.worker`: the worker process, as `openchair up` starts it."""

import sys

import uvloop

from openchair import reactions
from openchair.platform.logging.setup import configure_logging, logger
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.worker.run import run_worker


def main() -> None:
    """Run the jobs and schedules of all rooms until told to stop; 1 when it cannot go on, for
    instance since the database is gone. `openchair up` then starts it again.
    """
    reactions.start()
    settings = load(InstallationSettings)
    configure_logging(process="worker", level=settings.log_level)
    try:
        uvloop.run(run_worker(settings.required_database_url))
    except Exception:  # noqa: BLE001 -- whatever it is, it stands in the log as one line
        logger("openchair.worker").exception("worker dies")
        sys.exit(1)


if __name__ == "__main__":
    main()
