"""Counts bad signatures by address. Called by the doors, which then block the address."""

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.errors import TooMany
from openchair.platform.events.event import emit
from openchair.platform.rate_limits.take import take
from openchair.webhooks.events import SignatureFailures

PER_SECONDS = 600


async def note_refusal(session: AsyncSession, *, source: str, address: str, most: int) -> bool:
    """Count one bad signature from `address`; True when it is the `most`th in ten minutes."""
    if most > 1:
        try:
            await take(
                session, key=f"bad-signatures:{address}", limit=most - 1, per_seconds=PER_SECONDS
            )
        except TooMany:
            pass  # the answer we are here for
        else:
            return False
    await emit(
        session,
        SignatureFailures(salon_id=None, subject_id=None, source=source, address=address),
    )
    return True
