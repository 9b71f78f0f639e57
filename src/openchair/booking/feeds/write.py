"""A stylist's calendar as a file (RFC 5545) that calendar programs subscribe to (RFC 7986). Pure.

It holds the client's name and the services, and no address or number of anybody: the file goes to
whatever service the stylist's telephone uses.
"""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration

from openchair.booking.appointments.calendar_zone import zone_component
from openchair.booking.feeds.queries import Entry
from openchair.salons.queries import Salon
from openchair.salons.words import pick

READ_AGAIN = timedelta(minutes=15)


def write_calendar(
    entries: Sequence[Entry], *, salon: Salon, name: str, language: str, blocked: str
) -> bytes:
    """The file; `name` is the calendar's, `blocked` says what a time without a client is."""
    calendar = Calendar()
    calendar.add("PRODID", "-//OpenChair//OpenChair//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("NAME", name)
    calendar.add("X-WR-CALNAME", name)
    calendar.add("X-WR-TIMEZONE", salon.time_zone)
    calendar.add("REFRESH-INTERVAL", READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(READ_AGAIN))
    zone = ZoneInfo(salon.time_zone)
    if entries and salon.time_zone != "UTC":
        first = entries[0].start.astimezone(zone).year
        calendar.add_component(zone_component(salon.time_zone, year=first))
    for entry in entries:
        calendar.add_component(_event(entry, salon, zone, language, blocked))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, salon: Salon, zone: ZoneInfo, language: str, blocked: str) -> Event:
    services = ", ".join(pick(each, language, salon.default_language) for each in entry.services)
    event = Event()
    event.add("UID", f"{'visit' if entry.client else 'block'}-{entry.id}@openchair")
    event.add("SEQUENCE", entry.revision)
    event.add("DTSTAMP", entry.created_at)
    event.add("DTSTART", entry.start.astimezone(zone))
    event.add("DTEND", entry.end.astimezone(zone))
    event.add("SUMMARY", f"{entry.client}: {services}" if entry.client else blocked)
    if entry.note:
        event.add("DESCRIPTION", entry.note)
    event.add("LOCATION", salon.name)
    event.add("TRANSP", "OPAQUE")
    return event
