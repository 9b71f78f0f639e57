"""What a message about a booking is about, with the words and formats of its reader. Pure.

Made once a message; mails and texts say it, each in its own way.
"""

from dataclasses import dataclass
from datetime import datetime

from openchair.booking.appointments.queries import Booking
from openchair.notifications.rendering import Message
from openchair.platform.languages.catalogues import Words, words_for
from openchair.platform.languages.formats import Formats, formats_for
from openchair.salons.branding.brand import Brand, read_brand
from openchair.salons.queries import Salon

DOMAIN = "mails"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Why and about what somebody is written to. `before` is the time it was moved from, if told;
    `also` are the other visits of a series of which the same is true.

    `recipient` and `category` are the message's, for the link to unsubscribe.
    """

    kind: str
    booking: Booking
    salon: Salon
    brand: Brand
    words: Words
    formats: Formats
    now: datetime
    before: datetime | None
    by_salon: bool
    recipient: str
    category: str
    also: tuple[datetime, ...] = ()

    @property
    def moved(self) -> bool:
        """Whether the visit begins at another time than before."""
        return self.before is not None and self.before != self.booking.start

    def moment(self, instant: datetime) -> str:
        """As in "Tuesday, 24 November, 14:30"."""
        return f"{self.formats.weekday_day_month(instant)}, {self.formats.time(instant)}"


def occasion_of(message: Message, *, booking: Booking, salon: Salon, now: datetime) -> Occasion:
    """The occasion of one message, in its language if the salon speaks it, else in the salon's."""
    language = message_language(message, salon)
    brand = read_brand(name=salon.name, brand=salon.brand)
    words = words_for(domain=DOMAIN, language=language, tone=brand.tone)
    before = message.data.get("before")
    return Occasion(
        kind=message.kind,
        booking=booking,
        salon=salon,
        brand=brand,
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
        recipient=message.recipient,
        category=message.category,
        also=tuple(datetime.fromisoformat(each) for each in message.data.get("also", ())),
    )


def message_language(message: Message, salon: Salon) -> str:
    """The language it is written in."""
    return message.language if message.language in salon.languages else salon.default_language
