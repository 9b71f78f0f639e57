"""The messages about a booking, made when the post office sends them: confirmation, change,
cancellation, reminder, by mail or SMS. What is queued and when stands in `tell.py`.
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
from openchair.booking.appointments.mails.layout import FOLDER, HTML, TEXT
from openchair.booking.appointments.mails.view import mail_view
from openchair.booking.appointments.occasion import Occasion, message_language, occasion_of
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.tell import CANCELLED, CHANGED, CONFIRMED, REMINDER
from openchair.booking.appointments.texts.sms import sms_text
from openchair.booking.appointments.texts.variables import variables_for
from openchair.notifications.errors import Outdated
from openchair.notifications.mails.fill import fill_html, fill_text
from openchair.notifications.rendering import Attachment, Message, Rendered, register
from openchair.notifications.templates.queries import find
from openchair.notifications.templates.rules import Written
from openchair.platform.errors import NotFound
from openchair.salons.queries import Salon, get_salon_by_id

KINDS = (CONFIRMED, CHANGED, CANCELLED, REMINDER)


def register_mails() -> None:
    """Let the post office make the text of all booking messages; called when a process starts."""
    for kind in KINDS:
        register(kind, render_message, variables=variables_for(kind))


async def render_message(session: AsyncSession, message: Message, now: datetime) -> Rendered:
    """The message as it is true at `now`. Raises `Outdated` when the booking has moved on since."""
    try:
        booking = await get_booking_by_id(session, booking_id=UUID(message.data["booking_id"]))
    except NotFound as gone:
        raise Outdated("the booking is no longer there") from gone
    _still_true(message, booking)
    salon = await get_salon_by_id(session, salon_id=booking.salon_id)
    own = await find(
        session,
        salon_id=salon.id,
        kind=message.kind,
        channel=message.channel,
        language=message_language(message, salon),
        default_language=salon.default_language,
    )
    written = own.written if own else None
    return booking_message(message, booking=booking, salon=salon, now=now, own=written)


def booking_message(
    message: Message, *, booking: Booking, salon: Salon, now: datetime, own: Written | None = None
) -> Rendered:
    """The message in its language and the salon's brand, in the salon's `own` words if given.

    `now` decides between "today", "tomorrow" and "soon".
    """
    about = occasion_of(message, booking=booking, salon=salon, now=now)
    if message.channel == "sms":
        return Rendered(
            subject="",
            text=sms_text(about, own=own),
            html="",
            sender_name=salon.name,
            reply_to=None,
        )
    return booking_mail(about, own=own)


def booking_mail(about: Occasion, *, own: Written | None = None) -> Rendered:
    """Subject, text, HTML and calendar file.

    A reminder carries no calendar file: the calendar has the visit, and mail programs would show
    a second invitation.
    """
    view, salon = mail_view(about, own=own), about.salon
    return Rendered(
        subject=view.subject,
        text=fill_text(TEXT, folder=FOLDER, view=view),
        html=fill_html(HTML, folder=FOLDER, brand=view.brand, view=view),
        sender_name=salon.name,
        reply_to=salon.email or None,
        attachments=() if about.kind == REMINDER else (_calendar(about),),
    )


def _calendar(about: Occasion) -> Attachment:
    booking, salon = about.booking, about.salon
    method: Method = "CANCEL" if about.kind == CANCELLED else "REQUEST"
    return Attachment(
        filename=f"{salon.slug}.ics",
        content_type=CONTENT_TYPE.format(method=file_method(booking, method)),
        content=calendar_file(booking, salon, about.words.language, method),
    )


def _still_true(message: Message, booking: Booking) -> None:
    """A message is sent only if it tells the booking as it is."""
    expected = "cancelled" if message.kind == CANCELLED else "confirmed"
    if booking.status != expected:
        raise Outdated(f"the booking is {booking.status} by now")
    if booking.start != datetime.fromisoformat(message.data["start"]):
        raise Outdated("the booking was moved since")
