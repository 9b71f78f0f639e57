"""Lets a transaction commit without waiting for the disk (`synchronous_commit = off`).

Only for writes whose loss is made good by what comes later: after a power cut the last moments of
them are gone as a whole, never in part. Called by the post office; docs/adr/0009 says why.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.driver import driver


async def may_be_lost(session: AsyncSession) -> None:
    """Say so for the transaction under way."""
    await (await driver(session)).execute("SET LOCAL synchronous_commit = off")
