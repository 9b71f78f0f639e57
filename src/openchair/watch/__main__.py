"""`python -m openchair.watch`: the watcher, as `openchair up` starts it."""

import sys

import uvloop

from openchair import reactions
from openchair.platform.logging.setup import configure_logging, logger
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.watch.run import run_watch


def main() -> None:
    """Watch until told to stop; 1 when it cannot go on. `openchair up` then starts it again."""
    reactions.start()
    settings = load(InstallationSettings)
    configure_logging(process="watch", level=settings.log_level)
    try:
        uvloop.run(run_watch(settings.required_database_url))
    except Exception:  # noqa: BLE001 -- whatever it is, it stands in the log as one line
        logger("openchair.watch").exception("watcher dies")
        sys.exit(1)


if __name__ == "__main__":
    main()
