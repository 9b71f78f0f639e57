"""What the waitlist's pages show: plain view data in the reader's language. Pure."""

from dataclasses import dataclass

from openchair.booking.appointments.tell import way_to
from openchair.booking.catalogue.queries import Catalogue
from openchair.booking.waitlist.queries import Entry, Offer
from openchair.booking.waitlist.wish_words import WishWords, describe
from openchair.web.console.clients.contact import sees_all_contacts
from openchair.web.console.door import Desk
from openchair.web.console.phones import readable_phone

TONES = {"waiting": "quiet", "offered": "warn", "booked": "good"}
ICONS = {
    "waiting": "hourglass",
    "offered": "mail",
    "booked": "check",
    "withdrawn": "x",
    "expired": "clock",
}
OFFER_ICONS = {"open": "hourglass", "accepted": "check", "declined": "x", "lapsed": "clock"}
OFFER_TONES = {"open": "warn", "accepted": "good"}


@dataclass(frozen=True, slots=True)
class Line:
    """One who waits. `offer` says what they were asked and until when; `unreached` that nothing
    can be sent to them.
    """

    id: str
    url: str
    name: str
    contact: tuple[tuple[str, str, str], ...]
    wish: WishWords
    since: str
    note: str
    status: str
    status_words: str
    tone: str
    icon: str
    offer: str
    offer_id: str
    offers: int
    unreached: bool
    waits: bool
    over: bool
    visit_url: str


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer of the past or the present."""

    when: str
    status_words: str
    tone: str
    icon: str
    detail: str


def line(desk: Desk, entry: Entry, *, catalogue: Catalogue) -> Line:
    """An entry as lists and its own page show it."""
    return Line(
        id=str(entry.id),
        url=desk.url(f"/waitlist/{entry.id}"),
        name=entry.name,
        contact=_contact(entry) if sees_all_contacts(desk) else (),
        wish=describe(
            entry.wish,
            service_ids=entry.service_ids,
            staff_id=entry.staff_id,
            catalogue=catalogue,
            formats=desk.formats,
            say=desk.say,
        ),
        since=desk.formats.date_and_time(entry.created_at),
        note=entry.note,
        status=entry.status,
        status_words=status_words(desk, entry.status),
        tone=TONES.get(entry.status, "quiet"),
        icon=ICONS[entry.status],
        offer=_offer(desk, entry.open) if entry.open else "",
        offer_id=str(entry.open.id) if entry.open else "",
        offers=entry.offers,
        unreached=way_to(email=entry.email, phone=entry.phone) is None,
        waits=entry.status in {"waiting", "offered"},
        over=entry.status == "withdrawn",
        visit_url=desk.url(f"/visits/{entry.booking_id}") if entry.booking_id else "",
    )


def status_words(desk: Desk, status: str) -> str:
    """The state in a word or two."""
    say = desk.words.text
    return {
        "waiting": say("On the list"),
        "offered": say("Asked"),
        "booked": say("Booked"),
        "withdrawn": say("Taken off"),
        "expired": say("Days are over"),
    }[status]


def offer_line(desk: Desk, offer: Offer) -> OfferLine:
    """An offer with what became of it."""
    say, at = desk.words.text, desk.formats.date_and_time
    words = {
        "open": say("Waits for an answer"),
        "accepted": say("Yes"),
        "declined": say("No"),
        "lapsed": say("Taken back") if offer.answered_at else say("No answer"),
    }
    detail = (
        say("kept until {time}", time=desk.formats.time(offer.expires_at))
        if offer.status == "open"
        else say("answered {moment}", moment=at(offer.answered_at))
        if offer.answered_at
        else say("kept until {time}", time=desk.formats.time(offer.expires_at))
    )
    return OfferLine(
        when=moment(desk, offer),
        status_words=words[offer.status],
        tone=OFFER_TONES.get(offer.status, "quiet"),
        icon=OFFER_ICONS[offer.status],
        detail=say("asked {moment}", moment=at(offer.created_at)) + ", " + detail,
    )


def moment(desk: Desk, offer: Offer) -> str:
    """The offered time, as in "Tuesday, 24 November, 14:30"."""
    return f"{desk.formats.weekday_day_month(offer.start)}, {desk.formats.time(offer.start)}"


def _offer(desk: Desk, offer: Offer) -> str:
    return desk.words.text(
        "{when} is kept for them until {time}.",
        when=moment(desk, offer),
        time=desk.formats.time(offer.expires_at),
    )


def _contact(entry: Entry) -> tuple[tuple[str, str, str], ...]:
    """Icon, address to open, and what is shown."""
    found = []
    if entry.phone:
        found.append(("phone", f"tel:{entry.phone}", readable_phone(entry.phone)))
    if entry.email:
        found.append(("mail", f"mailto:{entry.email}", entry.email))
    return tuple(found)
