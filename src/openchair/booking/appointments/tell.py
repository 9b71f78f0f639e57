"""Queues what the client is to be told, in the transaction of the booking itself.

Called by the booking verbs. The words are in `messages.py`, made when the mail goes out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.outbox import NewMessage, put_all, withdraw

CONFIRMED = "booking.confirmed"
CHANGED = "booking.changed"
CANCELLED = "booking.cancelled"
REMINDER = "booking.reminder"
REMIND_BEFORE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told about which state of which booking; `revision` counts its changes.

    `before` is the start it was moved from; `by_salon` tells a cancellation that was ours.
    """

    salon_id: UUID
    booking_id: UUID
    revision: int
    email: str | None
    language: str
    start: datetime
    end: datetime
    before: datetime | None = None
    by_salon: bool = False


async def tell_client(
    session: AsyncSession, *, kind: str, told: Told, now: datetime, remind: bool = True
) -> None:
    """Queue the mail of `kind`, and a reminder for 24 hours before the start if that is yet to
    come. A client without an e-mail address is told nothing.
    """
    if told.email is None:
        return
    messages = [_message(kind, told, told.email)]
    send_after = told.start - REMIND_BEFORE
    if remind and kind != CANCELLED and send_after > now:
        messages.append(_message(REMINDER, told, told.email, send_after=send_after))
    await put_all(session, messages=messages)


async def forget_time(session: AsyncSession, *, salon_id: UUID, booking_id: UUID) -> None:
    """Withdraw what waits to be said about a time or a state that no longer holds."""
    await withdraw(
        session,
        salon_id=salon_id,
        reference=reference(booking_id),
        kinds=[CHANGED, CANCELLED, REMINDER],
    )


def reference(booking_id: UUID) -> str:
    """How messages name the booking they are about."""
    return f"booking:{booking_id}"


def _message(
    kind: str, told: Told, email: str, *, send_after: datetime | None = None
) -> NewMessage:
    return NewMessage(
        salon_id=told.salon_id,
        kind=kind,
        channel="email",
        recipient=email,
        language=told.language,
        data={
            "booking_id": told.booking_id,
            "revision": told.revision,
            "start": told.start,
            "before": told.before,
            "by_salon": told.by_salon,
        },
        reference=reference(told.booking_id),
        dedupe_key=f"{kind}:{told.booking_id}:{told.revision}",
        send_after=send_after,
        expires_at=_useful_until(kind, told),
        priority=3 if send_after else 2,
    )


def _useful_until(kind: str, told: Told) -> datetime | None:
    """Until when it is worth sending: a reminder until the visit begins, a cancellation always."""
    if kind == CANCELLED:
        return None
    return told.start if kind == REMINDER else told.end
