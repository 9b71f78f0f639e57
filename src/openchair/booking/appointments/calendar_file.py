"""A booking as a calendar file (RFC 5545) that mail programs and phones take (RFC 5546, 6047).

Attached to mails and offered for download. Its times carry the salon's zone, its UID never
changes, and its SEQUENCE grows with each change, so that a calendar moves the entry it has.
"""

from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from openchair.booking.appointments.calendar_zone import zone_component
from openchair.booking.appointments.links import manage_link
from openchair.booking.appointments.queries import Booking
from openchair.platform.languages.catalogues import words_for
from openchair.salons.branding.brand import read_brand
from openchair.salons.queries import Salon
from openchair.salons.words import pick

Method = Literal["REQUEST", "CANCEL"]
CONTENT_TYPE = "text/calendar; method={method}; charset=utf-8"


def calendar_file(
    booking: Booking, salon: Salon, language: str, method: Method = "REQUEST"
) -> bytes:
    """The booking as one event. A client without a mail address is not an attendee, so that
    the file is then a plain publication (METHOD:PUBLISH) instead of a request.
    """
    calendar = Calendar()
    calendar.add("PRODID", "-//OpenChair//OpenChair//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", file_method(booking, method))
    if salon.time_zone != "UTC":
        calendar.add_component(zone_component(salon.time_zone, year=booking.start.year))
    calendar.add_component(_event(booking, salon, language, method))
    written: bytes = calendar.to_ical()
    return written


def file_method(booking: Booking, method: Method) -> str:
    """The METHOD that the file of this booking really has."""
    return method if booking.customer_email or method == "CANCEL" else "PUBLISH"


def _event(booking: Booking, salon: Salon, language: str, method: Method) -> Event:
    zone = ZoneInfo(salon.time_zone)
    services = ", ".join(
        pick(each.service_name, language, salon.default_language) for each in booking.appointments
    )
    event = Event()
    event.add("UID", f"booking-{booking.id}@openchair")
    event.add("SEQUENCE", booking.revision)
    event.add("DTSTAMP", booking.cancelled_at or booking.created_at)
    event.add("DTSTART", booking.start.astimezone(zone))
    event.add("DTEND", booking.end.astimezone(zone))
    event.add("SUMMARY", f"{salon.name}: {services}")
    event.add("DESCRIPTION", _description(booking, salon, language))
    event.add("LOCATION", _place(salon))
    event.add("GEO", (salon.location.latitude, salon.location.longitude))
    event.add("URL", manage_link(booking, language=language))
    event.add("STATUS", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if method == "CANCEL" else "OPAQUE")
    organizer = vCalAddress(f"mailto:{salon.email}")
    organizer.params["CN"] = vText(salon.name)
    event.add("ORGANIZER", organizer)
    if booking.customer_email:
        attendee = vCalAddress(f"mailto:{booking.customer_email}")
        attendee.params["CN"] = vText(booking.customer_name.replace('"', "'"))
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        attendee.params["RSVP"] = vText("FALSE")
        event.add("ATTENDEE", attendee)
    return event


def _description(booking: Booking, salon: Salon, language: str) -> str:
    say = words_for(
        domain="mails",
        language=language,
        tone=read_brand(name=salon.name, brand=salon.brand).tone,
    ).text
    lines = [
        f"{each.start:%H:%M} {pick(each.service_name, language, salon.default_language)}"
        f" · {each.staff_name}"
        for each in booking.appointments
    ]
    link = manage_link(booking, language=language)
    return "\n".join([*lines, "", f"{say('Move or cancel')}: {link}", salon.phone])


def _place(salon: Salon) -> str:
    place = salon.location
    return f"{salon.name}, {place.street}, {place.postal_code} {place.city}"
