"""Which of several watchers tells: one row, held for a while in the database's time.

Called by `watch/` before each look. While the database is away, who held it last goes on.
"""

import hashlib
import socket
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.health.context import WatchContext
from openchair.platform.errors import Unavailable
from openchair.platform.settings.files import home

LEAST_SECONDS = 30.0
LOOKS = 3
ANSWER_SECONDS = 1.5


def this_watcher() -> str:
    """The same after a restart, so that a new process of this folder takes over at once."""
    folder = hashlib.sha256(str(home()).encode()).hexdigest()[:8]
    return f"{socket.gethostname()}:{folder}"


@dataclass(slots=True)
class Lease:
    """One a watcher. `held` is None until it was first asked for."""

    holder: str
    held: bool | None = None


async def hold(watch: WatchContext, *, lease: Lease) -> bool:
    """Whether this watcher tells now. A watcher that never could ask tells: twice is better than
    not at all.
    """
    if watch.database_alive:
        seconds = max(LEAST_SECONDS, LOOKS * watch.every)
        try:
            async with watch.asking(within=ANSWER_SECONDS) as session:
                lease.held = await take(session, holder=lease.holder, seconds=seconds)
        except Unavailable:
            pass  # it has just gone: as if it had been away before
    return lease.held is not False


async def take(session: AsyncSession, *, holder: str, seconds: float) -> bool:
    """Take or renew the lease, unless somebody else holds it."""
    found = await session.execute(TAKE, {"holder": holder, "seconds": seconds})
    return found.scalar_one_or_none() is not None


TAKE = text("""
    INSERT INTO watch_leases (id, holder, until, seen_at, state)
    VALUES (1, :holder, now() + make_interval(secs => :seconds), now(), '{}')
    ON CONFLICT (id) DO UPDATE
    SET holder = excluded.holder, until = excluded.until, seen_at = now()
    WHERE watch_leases.holder = excluded.holder OR watch_leases.until < now()
    RETURNING id
""")
