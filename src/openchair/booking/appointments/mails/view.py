"""Everything a booking mail says, as plain data in one language: the templates beside it only
lay it out. Pure.
"""

from dataclasses import dataclass

from openchair.booking.appointments.links import calendar_link, manage_link
from openchair.booking.appointments.mails import words as mail_words
from openchair.booking.appointments.occasion import Occasion
from openchair.booking.appointments.tell import CANCELLED
from openchair.booking.appointments.texts.variables import values_of
from openchair.notifications.mails.view import (
    Link,
    MailView,
    contact_links,
    greeting,
    home_link,
    salon_link,
    unsubscribe_link,
)
from openchair.notifications.templates.rules import Written, fill
from openchair.salons.words import pick


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One service of the visit."""

    time: str
    name: str
    person: str
    price: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMail(MailView):
    """`before` names the time that no longer counts, or is empty; `called_off` is a visit that will
    not take place, shown struck through. The first of `buttons` is the one to press.
    """

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


def mail_view(about: Occasion, *, own: Written | None = None) -> VisitMail:
    """What the mail says; subject and opening are the salon's `own` words if it has some."""
    booking, salon = about.booking, about.salon
    say, formats, language = about.words.text, about.formats, about.words.language
    called_off = about.kind == CANCELLED
    place = salon.location
    subject, lead = _opening(about, own)
    headline = mail_words.headline(about)
    date, time = formats.full_date(booking.start), formats.time(booking.start)
    return VisitMail(
        language=language,
        brand=about.brand,
        salon=salon.name,
        subject=subject,
        greeting=greeting(about.words, booking.customer_name),
        preview=f"{headline}: {date}, {time}",
        headline=headline,
        lead="\n".join(part for part in (lead, mail_words.of_the_series(about)) if part),
        date=date,
        time=time,
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
        contact=contact_links(salon),
        home=home_link(salon, language=language),
        unsubscribe=unsubscribe_link(
            about.words,
            salon_id=salon.id,
            channel="email",
            recipient=about.recipient,
            category=about.category,
        ),
    )


def _opening(about: Occasion, own: Written | None) -> tuple[str, str]:
    """Subject and the text under the headline."""
    if own is None:
        return mail_words.subject(about), mail_words.lead(about)
    values = values_of(about, channel="email")
    return fill(own.subject or "", values), fill(own.body, values)


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
