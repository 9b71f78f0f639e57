"""Gives an endpoint a new secret. For 24 hours the one before signs too."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.webhooks.outgoing.queries import lock_endpoint
from openchair.webhooks.outgoing.rules import BOTH_SIGN
from openchair.webhooks.outgoing.secrets import seal
from openchair.webhooks.standard import new_secret


async def rotate_secret(
    session: AsyncSession, *, salon_id: UUID, endpoint_id: UUID, now: datetime
) -> str:
    """The new secret, which nobody can read again. Raises `NotFound`.

    Of two rotations within a day the last two secrets sign.
    """
    row = await lock_endpoint(session, salon_id=salon_id, endpoint_id=endpoint_id)
    secret = new_secret()
    row.previous_secret, row.previous_until = row.secret, now + BOTH_SIGN
    row.secret = seal(secret, endpoint_id=endpoint_id)
    await session.flush()
    return secret
