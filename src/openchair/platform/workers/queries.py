"""Whether anybody works. Called by commands that would otherwise wait for nobody."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.workers.beat import SILENT_SECONDS


async def is_worker_alive(session: AsyncSession) -> bool:
    """Whether any worker said lately that it lives."""
    return bool(await session.scalar(ALIVE, {"seconds": SILENT_SECONDS}))


ALIVE = text("""
    SELECT EXISTS (
        SELECT FROM workers WHERE seen_at > now() - make_interval(secs => :seconds))
""")
