"""A visit that was never booked, to show what a message will look like. Pure.

The salon's own services and people where it has some; tomorrow at half past two. Called by the
console's preview and for messages that somebody sends to themselves.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from openchair.booking.appointments.queries import Appointment, Booking
from openchair.booking.catalogue.queries import Catalogue
from openchair.platform.languages.catalogues import Words
from openchair.salons.queries import Salon

BEGINS = time(14, 30)
EARLIER = timedelta(days=1, hours=4)
MINUTES = 60
PRICE_MINOR = 9500
SERVICES = 2
NO_TOKEN = "example-example-exampl"  # noqa: S105 -- as long as a real one, and no key to anything


def sample_booking(
    salon: Salon, catalogue: Catalogue, *, words: Words, client: str, now: datetime
) -> Booking:
    """The visit of `client`, who reads `words`."""
    zone = ZoneInfo(salon.time_zone)
    start = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), BEGINS, zone)
    appointments = _appointments(salon, catalogue, words=words, start=start)
    return Booking(
        id=salon.id,
        salon_id=salon.id,
        salon_slug=salon.slug,
        status="confirmed",
        start=start,
        end=appointments[-1].end,
        time_zone=salon.time_zone,
        price_minor=sum(each.price_minor for each in appointments),
        currency=salon.currency,
        language=words.language,
        customer_id=salon.id,
        customer_name=client,
        customer_email=None,
        customer_phone=None,
        note="",
        source="web",
        manage_token=NO_TOKEN,
        reschedule_count=0,
        revision=0,
        overbooked=False,
        created_at=now,
        cancelled_at=None,
        cancel_reason=None,
        arrived_at=None,
        no_show_at=None,
        can_cancel_until=start - timedelta(minutes=30),
        can_reschedule_until=start - timedelta(minutes=30),
        appointments=appointments,
    )


def before_of(booking: Booking) -> datetime:
    """The time a sample was moved from."""
    return booking.start - EARLIER


def _appointments(
    salon: Salon, catalogue: Catalogue, *, words: Words, start: datetime
) -> tuple[Appointment, ...]:
    made: list[Appointment] = []
    for service in catalogue.services[:SERVICES]:
        staff_id = next(iter(service.terms), None)
        member = catalogue.member(staff_id) if staff_id else None
        begins = made[-1].end if made else start
        made.append(
            Appointment(
                id=service.id,
                service_id=service.id,
                service_name=service.name,
                staff_id=staff_id or salon.id,
                staff_name=member.name if member else words.text("Our team"),
                start=begins,
                end=begins + timedelta(minutes=service.duration_minutes),
                price_minor=service.price_from_minor,
            )
        )
    return tuple(made) or (
        Appointment(
            id=salon.id,
            service_id=salon.id,
            service_name={words.language: words.text("Your service")},
            staff_id=salon.id,
            staff_name=words.text("Our team"),
            start=start,
            end=start + timedelta(minutes=MINUTES),
            price_minor=PRICE_MINOR,
        ),
    )
