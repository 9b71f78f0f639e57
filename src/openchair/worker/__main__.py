"""`python -m openchair.worker`: the worker process, as `openchair up` starts it."""

import asyncio

from openchair import reactions
from openchair.platform.logging.setup import configure_logging
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.worker.run import run_worker


def main() -> None:
    """Run the jobs and schedules of all rooms until told to stop."""
    reactions.start()
    settings = load(InstallationSettings)
    configure_logging(process="worker", level=settings.log_level)
    asyncio.run(run_worker(settings.required_database_url))


if __name__ == "__main__":
    main()
