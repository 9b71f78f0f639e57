"""What the calendar says about something that was done: one sentence, in the reader's language."""

from datetime import datetime

from openchair.booking.appointments.queries import Booking
from openchair.web.console.door import Desk


def when_and_whom(desk: Desk, booking: Booking) -> str:
    """Such as "Tuesday, 24 November, 10:00, Mia": when a visit begins, and with whom."""
    people = dict.fromkeys(part.staff_name for part in booking.appointments)
    return ", ".join([moment(desk, booking.start), *people])


def moment(desk: Desk, instant: datetime) -> str:
    """The time, with its date unless that is today."""
    time = desk.formats.time(instant)
    if desk.formats.local(instant).date() == desk.formats.local(desk.now).date():
        return time
    return f"{desk.formats.weekday_day_month(instant)}, {time}"


def status_sentence(desk: Desk, booking: Booking, status: str) -> str:
    """What a mark means."""
    say, name = desk.words.text, booking.customer_name
    return {
        "arrived": say("{name} has arrived.", name=name),
        "in_chair": say("{name} is in the chair.", name=name),
        "done": say("{name} is done.", name=name),
        "paid": say("{name} has paid.", name=name),
        "no_show": say("{name} did not come.", name=name),
        "cancelled": say("The visit of {name} is cancelled.", name=name),
        "confirmed": say("{name} is expected again.", name=name),
    }[status]
