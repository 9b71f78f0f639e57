"""What a device has to sign: made for one purpose, answered once, within five minutes."""

import secrets
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.passkeys.models import PasskeyChallengeRow
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id

VALID = timedelta(minutes=5)
CHALLENGE_BYTES = 32

Purpose = Literal["register", "log_in", "second_factor"]


async def make_challenge(
    session: AsyncSession, *, purpose: Purpose, user_id: UUID | None, now: datetime
) -> tuple[UUID, bytes]:
    """Its id, which the browser hands back, and the bytes. Forgets those that ran out."""
    await session.execute(delete(PasskeyChallengeRow).where(PasskeyChallengeRow.expires_at <= now))
    challenge_id, challenge = new_id(), secrets.token_bytes(CHALLENGE_BYTES)
    await session.execute(
        insert(PasskeyChallengeRow).values(
            id=challenge_id,
            user_id=user_id,
            purpose=purpose,
            challenge=challenge,
            expires_at=now + VALID,
        )
    )
    return challenge_id, challenge


async def use_challenge(
    session: AsyncSession,
    *,
    challenge_id: UUID,
    purpose: Purpose,
    user_id: UUID | None,
    now: datetime,
) -> bytes:
    """The bytes, this once. Doors call it in a transaction of its own, so that an answer that is
    refused has used it up too. Raises `Invalid` (`challenge_gone`).
    """
    found = await session.scalar(
        delete(PasskeyChallengeRow)
        .where(
            PasskeyChallengeRow.id == challenge_id,
            PasskeyChallengeRow.purpose == purpose,
            PasskeyChallengeRow.user_id == user_id
            if user_id
            else PasskeyChallengeRow.user_id.is_(None),
            PasskeyChallengeRow.expires_at > now,
        )
        .returning(PasskeyChallengeRow.challenge)
    )
    if found is None:
        raise Invalid("That took too long. Please try again.", code="challenge_gone")
    return bytes(found)
