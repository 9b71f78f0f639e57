"""A worker process for drills: the product's own, with two more kinds of message to render.

`python -m tests.drills.worker`; settings, also DATABASE_URL, come from the environment.
"""

import asyncio
import os
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair import reactions
from openchair.notifications.rendering import Message, Rendered, register
from openchair.platform.logging.setup import configure_logging
from openchair.worker.run import run_worker

GREETING = "drill.greeting"
POISON = "drill.poison"


async def greet(_session: AsyncSession, message: Message, _now: datetime) -> Rendered:
    """A few words."""
    return Rendered(
        subject="Hello",
        text=f"Hello {message.recipient}",
        html="",
        sender_name="Salon",
        reply_to=None,
    )


async def poison(_session: AsyncSession, _message: Message, _now: datetime) -> Rendered:
    """Ends the process, as a defect in a library written in C would."""
    os._exit(70)


if __name__ == "__main__":
    reactions.start()
    configure_logging(process="worker")
    register(GREETING, greet)
    register(POISON, poison)
    asyncio.run(run_worker(os.environ["DATABASE_URL"]))
