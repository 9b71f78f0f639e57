"""Everything a message of the waitlist says, as plain data in one language; the layouts beside it
only lay it out. Pure but for the installation's own address.
"""

from dataclasses import dataclass
from pathlib import Path

from openchair.booking.catalogue.queries import Catalogue
from openchair.booking.waitlist.queries import Entry, Offer
from openchair.booking.waitlist.tell import GONE, OFFERED
from openchair.booking.waitlist.wish_words import WishWords, describe
from openchair.notifications.mails.view import (
    Link,
    MailView,
    contact_links,
    greeting,
    home_link,
    salon_link,
)
from openchair.platform.languages.catalogues import Words, words_for
from openchair.platform.languages.formats import Formats, formats_for
from openchair.salons.branding.brand import read_brand
from openchair.salons.queries import Salon
from openchair.salons.words import pick

FOLDER = Path(__file__).parent
HTML, TEXT = "waitlist.mjml", "waitlist.txt"
DOMAIN = "mails"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a message is about. `offer` and `token` are empty where the kind has none."""

    kind: str
    salon: Salon
    language: str
    entry: Entry
    offer: Offer | None
    token: str
    catalogue: Catalogue

    @property
    def words(self) -> Words:
        """In the language and the salon's tone."""
        brand = read_brand(name=self.salon.name, brand=self.salon.brand)
        return words_for(domain=DOMAIN, language=self.language, tone=brand.tone)

    @property
    def formats(self) -> Formats:
        """Of the language, as the salon's country writes it."""
        return formats_for(
            language=self.words.language,
            country=self.salon.location.country,
            time_zone=self.salon.time_zone,
            currency=self.salon.currency,
        )

    @property
    def url(self) -> str:
        """The client's own page, by the secret link of this message."""
        return f"{salon_link(self.salon, language=self.language)}/waitlist/{self.token}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitlistMail(MailView):
    """`time` is empty where there is none to stage; `called_off` strikes it through. The first of
    `buttons` is the one to press.
    """

    date: str
    time: str
    until: str
    before: str
    called_off: bool
    lines: tuple[str, ...]
    deadline: str
    buttons: tuple[Link, ...]


def mail_view(about: Subject) -> WaitlistMail:
    """What the mail says."""
    say, formats, offer = about.words.text, about.formats, about.offer
    date = formats.full_date(offer.start) if offer else ""
    time = formats.time(offer.start) if offer else ""
    lead = _lead(about)
    return WaitlistMail(
        language=about.words.language,
        brand=read_brand(name=about.salon.name, brand=about.salon.brand),
        salon=about.salon.name,
        subject=_subject(about),
        greeting=greeting(about.words, about.entry.name),
        headline=_headline(about),
        lead=lead,
        preview=f"{date}, {time}" if offer else lead,
        date=date,
        time=time,
        until=_length(about, offer) if offer else "",
        before="",
        called_off=about.kind == GONE,
        lines=_lines(about),
        deadline=_deadline(about),
        buttons=_buttons(about),
        footer=(
            say("All times are local time in {city}.", city=about.salon.location.city),
            say(
                "You get this mail because you are on the waitlist of {salon}.",
                salon=about.salon.name,
            ),
        ),
        contact=contact_links(about.salon),
        home=home_link(about.salon, language=about.language),
    )


def sms_text(about: Subject) -> str:
    """The whole SMS."""
    say, salon = about.words.text, about.salon.name
    if about.offer is not None and about.kind == OFFERED:
        return say(
            "{salon}: {when} is free, kept for you until {until}. Yes or no: {link}",
            salon=salon,
            when=_when(about, about.offer),
            until=about.formats.time(about.offer.expires_at),
            link=about.url,
        )
    if about.offer is not None:
        return say(
            "{salon}: {when} is gone, sorry. We will write again.",
            salon=salon,
            when=_when(about, about.offer),
        )
    return say(
        "{salon}: you are on the waitlist. See or leave: {link}", salon=salon, link=about.url
    )


def _subject(about: Subject) -> str:
    say, salon = about.words.text, about.salon.name
    if about.offer is None:
        return say("On the waitlist · {salon}", salon=salon)
    when = _when(about, about.offer)
    if about.kind == OFFERED:
        return say("Free for you: {when} · {salon}", when=when, salon=salon)
    return say("No longer free: {when} · {salon}", when=when, salon=salon)


def _headline(about: Subject) -> str:
    say = about.words.text
    if about.kind == OFFERED:
        return say("A time is free for you")
    if about.kind == GONE:
        return say("This time is gone, we are sorry")
    return say("You are on the waitlist")


def _lead(about: Subject) -> str:
    say = about.words.text
    if about.kind == OFFERED:
        return say("It suits what you are waiting for. One tap, and it is yours.")
    if about.kind == GONE:
        return say(
            "We had to give it to somebody else. You are still on the waitlist, and we will write"
            " as soon as another time frees up."
        )
    return say("As soon as a time frees up that suits you, we keep it for you and write to you.")


def _deadline(about: Subject) -> str:
    if about.offer is None or about.kind != OFFERED:
        return ""
    return about.words.text(
        "We keep it for you until {time}. Then it goes to whoever waits next.",
        time=about.formats.time(about.offer.expires_at),
    )


def _buttons(about: Subject) -> tuple[Link, ...]:
    say = about.words.text
    if about.kind == OFFERED:
        return (
            Link(label=say("Yes, I take it"), url=f"{about.url}?answer=yes"),
            Link(label=say("No, thank you"), url=f"{about.url}?answer=no"),
        )
    if about.kind == GONE:
        home = salon_link(about.salon, language=about.language)
        return (Link(label=say("Choose a time yourself"), url=f"{home}/book"),)
    return (Link(label=say("See or leave the waitlist"), url=about.url),)


def _lines(about: Subject) -> tuple[str, ...]:
    """What was asked for: services, with whom, and without a time of its own, when."""
    wish = wish_of(about)
    parts = (*wish.services, wish.staff, "" if about.offer else wish.when)
    return tuple(part for part in parts if part)


def wish_of(about: Subject) -> WishWords:
    """The wish in the reader's formats."""
    return describe(
        about.entry.wish,
        service_ids=about.entry.service_ids,
        staff_id=about.entry.staff_id,
        catalogue=about.catalogue,
        formats=about.formats,
        say=lambda texts: pick(texts, about.language, about.salon.default_language),
    )


def _length(about: Subject, offer: Offer) -> str:
    minutes = round((offer.end - offer.start).total_seconds() / 60)
    return about.words.text(
        "until {time} · {length}",
        time=about.formats.time(offer.end),
        length=about.formats.minutes(minutes),
    )


def _when(about: Subject, offer: Offer) -> str:
    """As in "Tuesday, 24 November, 14:30"."""
    formats = about.formats
    return f"{formats.weekday_day_month(offer.start)}, {formats.time(offer.start)}"
