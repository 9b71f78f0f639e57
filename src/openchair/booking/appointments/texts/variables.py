"""What a salon's own words about a booking may name, and what each name stands for. Pure."""

from collections.abc import Mapping
from datetime import datetime

from babel.dates import format_skeleton

from openchair.booking.appointments.links import manage_link
from openchair.booking.appointments.occasion import Occasion
from openchair.booking.appointments.tell import CANCELLED, CHANGED
from openchair.notifications.mails.view import salon_link
from openchair.salons.words import pick

VARIABLES = (
    "client",
    "salon",
    "when",
    "date",
    "time",
    "services",
    "stylist",
    "price",
    "address",
    "phone",
    "link",
)
BEFORE = "before"
SHORT_DATE = {"pl": "Md"}
"""How an SMS writes a date; Polish names of days have letters that cost a second SMS."""


def variables_for(kind: str) -> tuple[str, ...]:
    """The names that words for this kind of message may hold."""
    return (*VARIABLES, BEFORE) if kind == CHANGED else VARIABLES


def values_of(about: Occasion, *, channel: str) -> Mapping[str, str]:
    """What each name stands for; `when` is short in an SMS."""
    booking, salon, formats = about.booking, about.salon, about.formats
    language, place = about.words.language, about.salon.location
    moment = about.moment if channel == "email" else lambda at: short_moment(about, at)
    names = [
        pick(each.service_name, language, salon.default_language) for each in booking.appointments
    ]
    people = dict.fromkeys(each.staff_name for each in booking.appointments)
    return {
        "client": booking.customer_name,
        "salon": salon.name,
        "when": moment(booking.start),
        "date": formats.weekday_day_month(booking.start),
        "time": formats.time(booking.start),
        "services": formats.listed(names),
        "stylist": formats.listed(list(people)),
        "price": formats.money(booking.price_minor),
        "address": f"{place.street}, {place.postal_code} {place.city}",
        "phone": salon.phone,
        "link": link_of(about),
        BEFORE: moment(about.before) if about.before and about.moved else "",
    }


def short_moment(about: Occasion, instant: datetime) -> str:
    """As in "Tue, 24/11, 14:30": as short as the language writes it."""
    skeleton = SHORT_DATE.get(about.words.language, "MEd")
    local = about.formats.local(instant).replace(tzinfo=None)
    day = format_skeleton(skeleton, local, locale=about.formats.locale)
    return f"{day}, {about.formats.time(instant)}"


def link_of(about: Occasion) -> str:
    """Where the client sees and changes the visit; books anew once it is called off."""
    language = about.words.language
    if about.kind == CANCELLED:
        return f"{salon_link(about.salon, language=language)}/book"
    return manage_link(about.booking, language=language)
