"""What clients are told about their bookings, and when: confirmation, change, cancellation and a
reminder a day before. Called by the verbs of this room in their own transaction.

Queuing writes facts only; the words are made in `mail_view.py` and `mails/` when a mail is sent.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments import mail
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.notifications.errors import Outdated
from openchair.notifications.outbox import NewMessage, put_all, withdraw
from openchair.notifications.rendering import Message, Rendered, register
from openchair.platform.errors import NotFound
from openchair.salons.queries import Salon, get_salon_by_id

CONFIRMED = "booking.confirmed"
CHANGED = "booking.changed"
CANCELLED = "booking.cancelled"
REMINDER = "booking.reminder"
KINDS = (CONFIRMED, CHANGED, CANCELLED, REMINDER)
REMIND_BEFORE = timedelta(hours=24)


async def tell_confirmed(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    email: str | None,
    language: str,
    start: datetime,
    now: datetime,
    revision: int = 0,
) -> None:
    """Queue the confirmation and the reminder; nothing for a client without a mail address."""
    if email is None:
        return
    facts = _Facts(salon, booking_id, email, language, start, revision)
    await put_all(session, messages=[facts.message(CONFIRMED), *facts.reminder(now=now)])


async def tell_changed(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    email: str | None,
    language: str,
    previous_start: datetime,
    start: datetime,
    now: datetime,
    revision: int,
) -> None:
    """Queue the new time and its reminder; what was still to be sent of the old time is not."""
    if email is None:
        return
    facts = _Facts(salon, booking_id, email, language, start, revision)
    await withdraw(session, salon_id=salon.id, reference=facts.reference, kinds=KINDS)
    changed = facts.message(CHANGED, previous_start=previous_start.isoformat())
    await put_all(session, messages=[changed, *facts.reminder(now=now)])


async def tell_cancelled(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    email: str | None,
    language: str,
    start: datetime,
    by_salon: bool,
    revision: int,
) -> None:
    """Queue the cancellation; the reminder and whatever else was still to be sent is not."""
    if email is None:
        return
    facts = _Facts(salon, booking_id, email, language, start, revision)
    await withdraw(session, salon_id=salon.id, reference=facts.reference, kinds=KINDS)
    await put_all(session, messages=[facts.message(CANCELLED, by_salon=by_salon)])


def register_mails() -> None:
    """Let the post office make the text of all booking mails; called when a process starts."""
    for kind in KINDS:
        register(kind, render_mail)


async def render_mail(session: AsyncSession, message: Message) -> Rendered:
    """The mail as it is true now. Raises `Outdated` when the booking has moved on since."""
    try:
        booking = await get_booking_by_id(session, booking_id=UUID(message.data["booking_id"]))
    except NotFound as gone:
        raise Outdated("the booking is no longer there") from gone
    _still_true(message, booking)
    salon = await get_salon_by_id(session, salon_id=booking.salon_id)
    return mail.render(
        kind=message.kind,
        booking=booking,
        salon=salon,
        language=message.language,
        facts=message.data,
    )
