"""Queues what somebody who waits is to be told, in the transaction of the verb itself. The words
are in `messages.py`, made when the message goes out. All of it is transactional: it was asked for.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.tell import way_to
from openchair.booking.waitlist.queries import Entry, Offer
from openchair.notifications.outbox import NewMessage, put_all
from openchair.notifications.withdraw import withdraw_about
from openchair.salons.queries import Salon

JOINED = "waitlist.joined"
OFFERED = "waitlist.offer"
GONE = "waitlist.gone"
AT_ONCE, SOON = 1, 2


async def tell_joined(
    session: AsyncSession,
    *,
    salon: Salon,
    entry_id: UUID,
    email: str | None,
    phone: str | None,
    language: str,
    token: str,
) -> None:
    """That they are on the list, with the link to leave it."""
    await _put(
        session,
        salon=salon,
        kind=JOINED,
        entry_id=entry_id,
        to=(email, phone, language),
        data={"entry_id": entry_id, "token": token},
        dedupe_key=f"{JOINED}:{entry_id}",
        priority=SOON,
    )


async def tell_offered(
    session: AsyncSession, *, salon: Salon, entry: Entry, offer: Offer, token: str
) -> None:
    """That a time is kept for them, and until when."""
    await _put(
        session,
        salon=salon,
        kind=OFFERED,
        entry_id=entry.id,
        to=(entry.email, entry.phone, entry.language),
        data={"entry_id": entry.id, "offer_id": offer.id, "token": token},
        dedupe_key=f"{OFFERED}:{offer.id}",
        priority=AT_ONCE,
        expires_at=offer.expires_at,
    )


async def tell_gone(session: AsyncSession, *, salon: Salon, entry: Entry, offer: Offer) -> None:
    """That the time they were offered is no longer to be had, through no fault of theirs."""
    await _put(
        session,
        salon=salon,
        kind=GONE,
        entry_id=entry.id,
        to=(entry.email, entry.phone, entry.language),
        data={"entry_id": entry.id, "offer_id": offer.id},
        dedupe_key=f"{GONE}:{offer.id}",
        priority=SOON,
    )


async def forget_offer(session: AsyncSession, *, salon_id: UUID, entry_id: UUID) -> bool:
    """Withdraw an offer that has not gone out yet; answers whether there was one."""
    withdrawn = await withdraw_about(
        session, salon_id=salon_id, reference=reference(entry_id), kinds=[OFFERED]
    )
    return withdrawn > 0


def reference(entry_id: UUID) -> str:
    """How messages name the entry they are about."""
    return f"waitlist:{entry_id}"


async def _put(
    session: AsyncSession,
    *,
    salon: Salon,
    kind: str,
    entry_id: UUID,
    to: tuple[str | None, str | None, str],
    data: Mapping[str, Any],
    dedupe_key: str,
    priority: int,
    expires_at: datetime | None = None,
) -> None:
    """To the mail address, else by SMS; who has neither is called by the desk."""
    email, phone, language = to
    way = way_to(email=email, phone=phone)
    if way is None:
        return
    message = NewMessage(
        salon_id=salon.id,
        kind=kind,
        channel=way,
        recipient=(email if way == "email" else phone) or "",
        language=language,
        data=data,
        reference=reference(entry_id),
        dedupe_key=dedupe_key,
        priority=priority,
        expires_at=expires_at,
        time_zone=salon.time_zone,
    )
    await put_all(session, messages=[message])
