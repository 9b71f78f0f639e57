"""Queues what the client is to be told, in the transaction of the booking itself.

Called by the booking verbs. The words are in `messages.py`, made when the message goes out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.queries import Booking
from openchair.notifications.outbox import PUT, NewMessage, message_values
from openchair.notifications.providers.sms.accounts import sms_configured
from openchair.notifications.templates.policy import get_policy
from openchair.notifications.withdraw import withdraw_about
from openchair.platform.db.together import Write, write_together

CONFIRMED = "booking.confirmed"
CHANGED = "booking.changed"
CANCELLED = "booking.cancelled"
REMINDER = "booking.reminder"
REMIND_BEFORE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told about which state of which booking; `revision` counts its changes.

    `phone` is E.164, `time_zone` the salon's. `before` is the start it was moved from;
    `by_salon` tells a cancellation that was ours. `also` are other visits of the same series of
    which the same is true.
    """

    salon_id: UUID
    booking_id: UUID
    revision: int
    email: str | None
    phone: str | None
    language: str
    time_zone: str
    start: datetime
    end: datetime
    before: datetime | None = None
    by_salon: bool = False
    also: tuple[datetime, ...] = ()


async def tell_client(
    session: AsyncSession, *, kind: str | None, told: Told, now: datetime, remind: bool = True
) -> None:
    """Queue the message of `kind`, and a reminder for 24 hours before the start if that is yet to
    come: by mail; by SMS to a client without an address. Without a kind the reminder alone.

    The reminder goes both ways if the salon wishes so. Who cannot be reached is told nothing.
    """
    await write_together(
        session, await client_writes(session, kind=kind, told=told, now=now, remind=remind)
    )


async def client_writes(
    session: AsyncSession, *, kind: str | None, told: Told, now: datetime, remind: bool = True
) -> list[Write]:
    """What `tell_client` writes, for a statement that writes more."""
    way = way_to(email=told.email, phone=told.phone)
    if way is None:
        return []
    messages = [_message(kind, told, way)] if kind is not None else []
    send_after = told.start - REMIND_BEFORE
    if remind and kind != CANCELLED and send_after > now:
        ways = [way, "sms"] if await _reminds_twice(session, told, way) else [way]
        messages += [_message(REMINDER, told, each, send_after=send_after) for each in ways]
    if not messages:
        return []
    rows = [message_values(message) for message in messages]
    return [Write("told", PUT, [orjson.dumps(rows, default=str).decode()])]


async def forget_time(session: AsyncSession, *, salon_id: UUID, booking_id: UUID) -> None:
    """Withdraw what waits to be said about a time or a state that no longer holds."""
    await withdraw_about(
        session,
        salon_id=salon_id,
        reference=reference(booking_id),
        kinds=[CHANGED, CANCELLED, REMINDER],
    )


def told_of(
    booking: Booking,
    *,
    before: datetime | None = None,
    by_salon: bool = False,
    also: Sequence[datetime] = (),
) -> Told:
    """What a message says of the visit as it is now; `before` is when it was to be."""
    return Told(
        salon_id=booking.salon_id,
        booking_id=booking.id,
        revision=booking.revision,
        email=booking.customer_email,
        phone=booking.customer_phone,
        language=booking.language,
        time_zone=booking.time_zone,
        start=booking.start,
        end=booking.end,
        before=before,
        by_salon=by_salon,
        also=tuple(also),
    )


def way_to(*, email: str | None, phone: str | None) -> str | None:
    """The channel by which this client is told: mail, else SMS where it is configured."""
    if email is not None:
        return "email"
    return "sms" if phone is not None and sms_configured() else None


def reference(booking_id: UUID) -> str:
    """How messages name the booking they are about."""
    return f"booking:{booking_id}"


async def _reminds_twice(session: AsyncSession, told: Told, way: str) -> bool:
    """Whether an SMS reminds beside the mail; the salon is asked only where one could."""
    if way == "sms" or told.phone is None or not sms_configured():
        return False
    return (await get_policy(session, salon_id=told.salon_id)).sms_reminders


def _message(
    kind: str, told: Told, channel: str, *, send_after: datetime | None = None
) -> NewMessage:
    name = f"{kind}:{told.booking_id}:{told.revision}"
    return NewMessage(
        salon_id=told.salon_id,
        kind=kind,
        channel=channel,
        recipient=(told.email if channel == "email" else told.phone) or "",
        language=told.language,
        data={
            "booking_id": told.booking_id,
            "revision": told.revision,
            "start": told.start,
            "before": told.before,
            "by_salon": told.by_salon,
            **({"also": told.also} if told.also and kind != REMINDER else {}),
        },
        reference=reference(told.booking_id),
        dedupe_key=name if channel == "email" else f"{name}:{channel}",
        send_after=send_after,
        expires_at=_useful_until(kind, told),
        priority=3 if send_after else 2,
        category="reminder" if kind == REMINDER else "transactional",
        time_zone=told.time_zone,
    )


def _useful_until(kind: str, told: Told) -> datetime | None:
    """Until when it is worth sending: a reminder until the visit begins, a cancellation always."""
    if kind == CANCELLED:
        return None
    return told.start if kind == REMINDER else told.end
