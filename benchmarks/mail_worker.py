"""A worker process for the benchmarks of delivery: the product's own, with a message to send whose
text costs nothing, and a job that does nothing.

`python -m benchmarks.mail_worker DATABASE_URL`; settings come from the environment.
"""

import gc
import sys
from datetime import datetime
from typing import Any

import uvloop
from sqlalchemy.ext.asyncio import AsyncSession

from openchair import reactions
from openchair.notifications.rendering import Message, Rendered, register
from openchair.platform.jobs.queue import JobContext, job
from openchair.platform.logging.setup import configure_logging
from openchair.worker.run import run_worker

KIND = "bench.mail"
EMPTY_JOB = "bench.nothing"
TEXT = "We look forward to seeing you.\n" * 40
HTML = f"<p>{TEXT}</p>" * 8


async def render(_session: AsyncSession, _message: Message, _now: datetime) -> Rendered:
    """A mail of about ten kilobytes, as a confirmation is."""
    return Rendered(
        subject="Your visit",
        text=TEXT,
        html=HTML,
        sender_name="Salon",
        reply_to="salon@example.org",
    )


@job(EMPTY_JOB)
async def nothing(_context: JobContext, _payload: dict[str, Any]) -> None:
    """What PgQueuer drains for comparison."""


if __name__ == "__main__":
    reactions.start()
    configure_logging(process="worker", level="warning")
    register(KIND, render)
    gc.collect()
    gc.freeze()
    uvloop.run(run_worker(sys.argv[1]))
