"""A worker process for tests that kill it: the product's own loop, with the tests' renderer.

`python -m tests.notifications.killed_worker DATABASE_URL`; settings come from the environment.
"""

import sys

import uvloop

from openchair import reactions
from openchair.notifications.rendering import register
from openchair.platform.logging.setup import configure_logging
from openchair.worker.run import run_worker
from tests.notifications.conftest import KIND, greet

if __name__ == "__main__":
    reactions.start()
    configure_logging(process="worker")
    register(KIND, greet)
    uvloop.run(run_worker(sys.argv[1]))
