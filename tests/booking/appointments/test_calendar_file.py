"""Case 17: calendar files carry the zone. Each is parsed back by an independent reader."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from openchair.booking.appointments.calendar_file import calendar_file
from openchair.booking.appointments.calendar_zone import zone_component
from openchair.booking.appointments.queries import Appointment, Booking
from openchair.salons.queries import Location, Policies, Salon

ID = UUID(int=7)
ZONES = [
    "Europe/Zurich",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
    "Africa/Casablanca",
    "Europe/Dublin",
    "UTC",
]


def read(written: bytes) -> Any:
    """Parsed by icalendar; untyped, as what a file holds is only known when read."""
    return Calendar.from_ical(written)


def salon(time_zone: str = "Europe/Zurich", **more: Any) -> Salon:
    found = Salon(
        id=ID,
        slug="schnittwerk",
        name="Schnittwerk; Your, Style",
        tagline={},
        about={},
        time_zone=time_zone,
        currency="CHF",
        languages=("de", "en"),
        default_language="de",
        tax_name="MWST",
        tax_basis_points=810,
        tax_included=True,
        cash_rounding_minor=5,
        email="hallo@schnittwerk.example",
        phone="+41712223344",
        brand={},
        policies=Policies(0, 90, 15, 10, 1440, 1440, 3),
        location=Location(ID, "Main", "Gasse 1", "9000", "St. Gallen", "CH", 47.4, 9.4, {}, (), ()),
    )
    return replace(found, **more)


def booking(start: datetime, **more: Any) -> Booking:
    end = start + timedelta(minutes=60)
    found = Booking(
        id=ID,
        salon_id=ID,
        salon_slug="schnittwerk",
        status="confirmed",
        start=start,
        end=end,
        time_zone=str(start.tzinfo),
        price_minor=9500,
        currency="CHF",
        language="de",
        customer_id=ID,
        customer_name='Anna "Ann" Kowalska',
        customer_email="anna@example.org",
        customer_phone=None,
        note="",
        source="web",
        manage_token="token",
        reschedule_count=0,
        revision=0,
        overbooked=False,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        cancelled_at=None,
        cancel_reason=None,
        arrived_at=None,
        no_show_at=None,
        can_cancel_until=None,
        can_reschedule_until=None,
        appointments=(Appointment(ID, ID, {"de": "Schnitt"}, ID, "Lena", start, end, 9500),),
    )
    return replace(found, **more)


@pytest.mark.parametrize("time_zone", ZONES)
@pytest.mark.parametrize("month", range(1, 13))
def test_case_17_the_file_carries_the_zone(time_zone: str, month: int) -> None:
    start = datetime(2026, month, 26, 14, 30, tzinfo=ZoneInfo(time_zone))
    written = calendar_file(booking(start), salon(time_zone), "de")
    [event] = read(written).walk("VEVENT")
    assert event["DTSTART"].dt.astimezone(UTC) == start.astimezone(UTC)
    assert event["DTEND"].dt.astimezone(UTC) == (start + timedelta(hours=1)).astimezone(UTC)
    if time_zone != "UTC":
        assert event["DTSTART"].params["TZID"] == time_zone
        [zone] = read(written).walk("VTIMEZONE")
        assert str(zone["TZID"]) == time_zone


@pytest.mark.parametrize("time_zone", ZONES)
def test_case_17_every_change_of_the_clock_is_in_it_at_its_own_hour(time_zone: str) -> None:
    """A reader that knows no zones at all finds the same offset as zoneinfo, hour by hour."""
    rules = []
    component: Any = zone_component(time_zone, year=2026)
    for rule in component.subcomponents:
        before, after = rule["TZOFFSETFROM"].td, rule["TZOFFSETTO"].td
        onset = rule["DTSTART"].dt.replace(tzinfo=UTC) - before
        rules.append((onset, after))
    rules.sort()
    zone = ZoneInfo(time_zone)
    instant = datetime(2026, 1, 1, tzinfo=UTC)
    while instant < datetime(2027, 12, 31, tzinfo=UTC):
        offset = [after for onset, after in rules if onset <= instant][-1]
        assert offset == instant.astimezone(zone).utcoffset(), instant
        instant += timedelta(minutes=30)


def test_the_second_half_past_two_on_the_long_night_is_kept_apart() -> None:
    zone = ZoneInfo("Europe/Zurich")
    start = datetime(2026, 10, 25, 3, 0, tzinfo=zone)
    [event] = read(calendar_file(booking(start), salon(), "de")).walk("VEVENT")
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


def test_uid_stays_and_sequence_grows() -> None:
    start = datetime(2026, 11, 26, 14, 30, tzinfo=ZoneInfo("Europe/Zurich"))
    first = read(calendar_file(booking(start), salon(), "de"))
    moved = booking(start + timedelta(days=1), revision=3)
    second = read(calendar_file(moved, salon(), "de"))
    [before], [after] = first.walk("VEVENT"), second.walk("VEVENT")
    assert before["UID"] == after["UID"] == f"booking-{ID}@openchair"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 3)
    assert first["METHOD"] == second["METHOD"] == "REQUEST"


def test_a_cancelled_visit_leaves_the_calendar() -> None:
    start = datetime(2026, 11, 26, 14, 30, tzinfo=ZoneInfo("Europe/Zurich"))
    gone = booking(start, status="cancelled", revision=1, cancelled_at=datetime.now(UTC))
    found = read(calendar_file(gone, salon(), "de", "CANCEL"))
    [event] = found.walk("VEVENT")
    assert (found["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert event["TRANSP"] == "TRANSPARENT"


def test_people_and_place_survive_the_way_back() -> None:
    start = datetime(2026, 11, 26, 14, 30, tzinfo=ZoneInfo("Europe/Zurich"))
    [event] = read(calendar_file(booking(start), salon(), "de")).walk("VEVENT")
    assert event["SUMMARY"] == "Schnittwerk; Your, Style: Schnitt"
    assert event["LOCATION"] == "Schnittwerk; Your, Style, Gasse 1, 9000 St. Gallen"
    assert event["ORGANIZER"] == "mailto:hallo@schnittwerk.example"
    assert event["ATTENDEE"] == "mailto:anna@example.org"
    assert event["ATTENDEE"].params["CN"] == "Anna 'Ann' Kowalska"
    assert "/schnittwerk/de/booking/token" in event["URL"]
    assert "14:30 Schnitt · Lena" in event["DESCRIPTION"]


def test_without_a_mail_address_nobody_is_invited() -> None:
    start = datetime(2026, 11, 26, 14, 30, tzinfo=ZoneInfo("Europe/Zurich"))
    found = read(calendar_file(booking(start, customer_email=None), salon(), "de"))
    [event] = found.walk("VEVENT")
    assert found["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in event


@pytest.mark.parametrize("name", ["Anna\r\nX-EVIL:1", "Ann;a,b:c", "💇‍♀️" * 60, "محمد"])
def test_a_name_cannot_add_a_line(name: str) -> None:
    start = datetime(2026, 11, 26, 14, 30, tzinfo=ZoneInfo("Europe/Zurich"))
    written = calendar_file(booking(start, customer_name=name), salon(), "de")
    [event] = read(written).walk("VEVENT")
    assert "X-EVIL" not in event
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
