"""Everything a booking mail says, as plain data in one language: the templates beside it only
lay it out. Pure.
"""

from dataclasses import dataclass
from datetime import datetime

from openchair.booking.appointments.links import calendar_link, manage_link, salon_link
from openchair.booking.appointments.mails import words as mail_words
from openchair.booking.appointments.mails.words import Occasion
from openchair.booking.appointments.queries import Booking
from openchair.booking.appointments.tell import CANCELLED
from openchair.notifications.rendering import Message
from openchair.platform.languages.catalogues import words_for
from openchair.platform.languages.formats import formats_for
from openchair.salons.branding.brand import Brand, read_brand
from openchair.salons.queries import Salon
from openchair.salons.words import pick


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One service of the visit."""

    time: str
    name: str
    person: str
    price: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a button or link says, and where it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """One mail, ready to be laid out. `before` names the time that no longer counts, or is empty;
    `called_off` is a visit that will not take place, shown struck through. The first of
    `buttons` is the one to press.
    """

    language: str
    brand: Brand
    salon: str
    subject: str
    greeting: str
    headline: str
    lead: str
    date: str
    time: str
    until: str
    before: str
    called_off: bool
    lines: tuple[Line, ...]
    total: Line
    place: tuple[str, ...]
    directions: str
    policy: str
    buttons: tuple[Link, ...]
    footer: tuple[str, ...]
    contact: tuple[Link, ...]
    home: Link


def mail_view(message: Message, *, booking: Booking, salon: Salon, now: datetime) -> MailView:
    """What the mail of `message.kind` says about `booking` at `now`."""
    brand = read_brand(name=salon.name, brand=salon.brand)
    about = _occasion(message, booking=booking, salon=salon, brand=brand, now=now)
    say, formats, language = about.words.text, about.formats, about.words.language
    called_off = message.kind == CANCELLED
    place = salon.location
    return MailView(
        language=language,
        brand=brand,
        salon=salon.name,
        subject=mail_words.subject(about),
        greeting=mail_words.greeting(about),
        headline=mail_words.headline(about),
        lead=mail_words.lead(about),
        date=formats.full_date(booking.start),
        time=formats.time(booking.start),
        until=mail_words.until(about),
        before=mail_words.instead_of(about),
        called_off=called_off,
        lines=_lines(about),
        total=Line(time="", name=say("Total"), person="", price=formats.money(booking.price_minor)),
        place=(salon.name, place.street, f"{place.postal_code} {place.city}"),
        directions="" if called_off else pick(place.directions, language, salon.default_language),
        policy="" if called_off else mail_words.policy(about),
        buttons=_buttons(about, called_off=called_off),
        footer=(
            say("All times are local time in {city}.", city=place.city),
            say("You get this mail because of a visit booked at {salon}.", salon=salon.name),
        ),
        contact=_contact(salon),
        home=Link(label=salon.name, url=salon_link(salon, language=language)),
    )


def _occasion(
    message: Message, *, booking: Booking, salon: Salon, brand: Brand, now: datetime
) -> Occasion:
    language = message.language if message.language in salon.languages else salon.default_language
    words = words_for(domain="mails", language=language, tone=brand.tone)
    before = message.data.get("before")
    return Occasion(
        kind=message.kind,
        booking=booking,
        salon=salon,
        words=words,
        formats=formats_for(
            language=words.language,
            country=salon.location.country,
            time_zone=salon.time_zone,
            currency=booking.currency,
        ),
        now=now,
        before=datetime.fromisoformat(before) if before else None,
        by_salon=bool(message.data.get("by_salon")),
    )


def _lines(about: Occasion) -> tuple[Line, ...]:
    language, fallback = about.words.language, about.salon.default_language
    return tuple(
        Line(
            time=about.formats.time(each.start),
            name=pick(each.service_name, language, fallback),
            person=each.staff_name,
            price=about.formats.money(each.price_minor),
        )
        for each in about.booking.appointments
    )


def _buttons(about: Occasion, *, called_off: bool) -> tuple[Link, ...]:
    say, language = about.words.text, about.words.language
    if called_off:
        home = salon_link(about.salon, language=language)
        return (Link(label=say("Choose a new time"), url=f"{home}/book"),)
    return (
        Link(label=say("Move or cancel"), url=manage_link(about.booking, language=language)),
        Link(label=say("Add to calendar"), url=calendar_link(about.booking, language=language)),
    )


def _contact(salon: Salon) -> tuple[Link, ...]:
    phone = Link(label=salon.phone, url="tel:" + "".join(salon.phone.split()))
    mail = Link(label=salon.email, url=f"mailto:{salon.email}")
    return tuple(link for link in (phone, mail) if link.label)
