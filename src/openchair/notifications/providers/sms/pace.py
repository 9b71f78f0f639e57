"""Keeps all workers together below a provider's rate. Called by the SMS providers."""

from asyncio import sleep

from openchair.platform.db.engine import Database
from openchair.platform.rate_limits.reserve import reserve


async def wait_for_slot(database: Database, *, provider: str, per_second: int) -> None:
    """Wait until it is this message's turn; with `per_second` slots, shared by all processes."""
    async with database.transaction() as session:
        wait = await reserve(session, key=f"sms:{provider}", limit=per_second, per_seconds=1)
    await sleep(wait)
