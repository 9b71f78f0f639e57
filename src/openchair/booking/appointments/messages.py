"""The mails about a booking, made when the post office sends them: confirmation, change,
cancellation, reminder. What is queued and when stands in `tell.py`; the words in `view.py`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.calendar_file import (
    CONTENT_TYPE,
    Method,
    calendar_file,
    file_method,
)
from openchair.booking.appointments.mails.fill import fill_html, fill_text
from openchair.booking.appointments.mails.view import MailView, mail_view
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.tell import CANCELLED, CHANGED, CONFIRMED, REMINDER
from openchair.notifications.errors import Outdated
from openchair.notifications.rendering import Attachment, Message, Rendered, register
from openchair.platform.errors import NotFound
from openchair.salons.queries import Salon, get_salon_by_id

KINDS = (CONFIRMED, CHANGED, CANCELLED, REMINDER)


def register_mails() -> None:
    """Let the post office make the text of all booking mails; called when a process starts."""
    for kind in KINDS:
        register(kind, render_mail)


async def render_mail(session: AsyncSession, message: Message, now: datetime) -> Rendered:
    """The mail as it is true at `now`. Raises `Outdated` when the booking has moved on since."""
    try:
        booking = await get_booking_by_id(session, booking_id=UUID(message.data["booking_id"]))
    except NotFound as gone:
        raise Outdated("the booking is no longer there") from gone
    _still_true(message, booking)
    salon = await get_salon_by_id(session, salon_id=booking.salon_id)
    return booking_mail(message, booking=booking, salon=salon, now=now)


def booking_mail(message: Message, *, booking: Booking, salon: Salon, now: datetime) -> Rendered:
    """Subject, text, HTML and calendar file in the message's language and the salon's brand.

    `now` decides between "today", "tomorrow" and "soon". A reminder carries no calendar file:
    the calendar has the visit, and mail programs would show a second invitation.
    """
    view = mail_view(message, booking=booking, salon=salon, now=now)
    return Rendered(
        subject=view.subject,
        text=fill_text(view),
        html=fill_html(view),
        sender_name=salon.name,
        reply_to=salon.email or None,
        attachments=() if message.kind == REMINDER else (_calendar(message, booking, salon, view),),
    )


def _calendar(message: Message, booking: Booking, salon: Salon, view: MailView) -> Attachment:
    method: Method = "CANCEL" if message.kind == CANCELLED else "REQUEST"
    return Attachment(
        filename=f"{salon.slug}.ics",
        content_type=CONTENT_TYPE.format(method=file_method(booking, method)),
        content=calendar_file(booking, salon, view.language, method),
    )


def _still_true(message: Message, booking: Booking) -> None:
    """A message is sent only if it tells the booking as it is."""
    expected = "cancelled" if message.kind == CANCELLED else "confirmed"
    if booking.status != expected:
        raise Outdated(f"the booking is {booking.status} by now")
    if booking.start != datetime.fromisoformat(message.data["start"]):
        raise Outdated("the booking was moved since")
