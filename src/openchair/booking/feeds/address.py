"""Gives a stylist the private address of their calendar, a new one, or none.

Whoever knows the address reads the calendar, so it is as long as a password of a machine, it is
shown once, only its SHA-256 is kept, and a new one ends the former.
"""

import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.lock import lock_staff
from openchair.booking.feeds.models import CalendarFeedRow
from openchair.identity.audit.record import Actor, record
from openchair.platform.ids import new_id

TOKEN_BYTES = 24


async def make_address(
    session: AsyncSession, *, salon_id: UUID, staff_id: UUID, by: Actor, now: datetime
) -> str:
    """The secret part of a new address. Raises `NotFound` (`member_not_found`)."""
    await lock_staff(session, salon_id=salon_id, staff_id=staff_id)
    await _revoke(session, salon_id, staff_id, now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await session.execute(
        insert(CalendarFeedRow).values(
            salon_id=salon_id, id=new_id(), staff_id=staff_id, token_hash=hash_of(token)
        )
    )
    await _note(session, salon_id, staff_id, by, "feed.make")
    return token


async def end_address(
    session: AsyncSession, *, salon_id: UUID, staff_id: UUID, by: Actor, now: datetime
) -> bool:
    """End the address, if there is one; False if there was none. Raises `NotFound`."""
    await lock_staff(session, salon_id=salon_id, staff_id=staff_id)
    ended = await _revoke(session, salon_id, staff_id, now)
    if ended:
        await _note(session, salon_id, staff_id, by, "feed.end")
    return ended


def hash_of(token: str) -> bytes:
    """What is kept of an address."""
    return sha256(token.encode()).digest()


async def _revoke(session: AsyncSession, salon_id: UUID, staff_id: UUID, now: datetime) -> bool:
    gone = await session.scalar(
        update(CalendarFeedRow)
        .where(
            CalendarFeedRow.salon_id == salon_id,
            CalendarFeedRow.staff_id == staff_id,
            CalendarFeedRow.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(CalendarFeedRow.id)
    )
    return gone is not None


async def _note(
    session: AsyncSession, salon_id: UUID, staff_id: UUID, by: Actor, action: str
) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="staff",
        resource_id=staff_id,
        salon_id=salon_id,
        metadata={},
    )
