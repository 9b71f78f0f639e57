"""A visit as the console shows it, in a row of the day or on its own page. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from openchair.booking.appointments.queries import Appointment, Booking
from openchair.booking.appointments.rules import not_yet
from openchair.booking.catalogue.queries import Catalogue
from openchair.platform.errors import Conflict
from openchair.web.console.door import Desk
from openchair.web.console.phones import readable_phone

ACTIONS = {
    "confirmed": ("arrived", "no-show", "cancel"),
    "arrived": ("in-chair", "undo", "cancel"),
    "in_chair": ("done", "undo"),
    "done": ("paid", "undo"),
}
PERMISSION = {
    "arrived": "visit.arrive",
    "in-chair": "visit.in_chair",
    "done": "visit.done",
    "paid": "visit.paid",
    "no-show": "visit.no_show",
    "cancel": "visit.cancel",
    "undo": "visit.undo",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One service of the visit; `colour` is its category's."""

    service: str
    stylist: str
    time: str
    minutes: str
    price: str
    colour: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach the client: what is shown and where it leads."""

    icon: str
    shown: str
    address: str


@dataclass(frozen=True, slots=True)
class VisitView:
    """Everything a row needs; `actions` are those that the state and the person's role allow."""

    id: UUID
    client: str
    begins: str
    ends: str
    length: str
    status: str
    status_words: str
    source: str
    overbooked: bool
    note: str
    price: str
    colour: str
    parts: tuple[Part, ...]
    contacts: tuple[Contact, ...]
    actions: tuple[str, ...]
    url: str


def view_visit(desk: Desk, booking: Booking, *, catalogue: Catalogue) -> VisitView:
    """The visit in the words and formats of the person who looks at it."""
    colours = {category.id: category.colour for category in catalogue.categories}
    parts = tuple(_part(desk, part, catalogue, colours) for part in booking.appointments)
    minutes = round((booking.end - booking.start).total_seconds() / 60)
    return VisitView(
        id=booking.id,
        client=booking.customer_name,
        begins=desk.formats.time(booking.start),
        ends=desk.formats.time(booking.end),
        length=desk.formats.minutes(minutes),
        status=booking.status,
        status_words=status_words(desk, booking.status),
        source=booking.source,
        overbooked=booking.overbooked,
        note=booking.note,
        price=desk.formats.money(booking.price_minor),
        colour=parts[0].colour if parts else "",
        parts=parts,
        contacts=tuple(_contacts(booking)) if desk.may("clients.contact", booking) else (),
        actions=tuple(allowed_actions(desk, booking)),
        url=desk.url(f"/visits/{booking.id}"),
    )


def allowed_actions(desk: Desk, booking: Booking) -> list[str]:
    """What can be done with the visit now, by this person."""
    too_early = not_yet(booking.start, desk.now)
    return [
        action
        for action in ACTIONS.get(booking.status, ("undo",))
        if action.replace("-", "_") not in too_early and desk.may(PERMISSION[action], booking)
    ]


def too_early_words(desk: Desk, booking: Booking, problem: Conflict) -> str:
    """Why a visit cannot be marked yet, and what to do when its client is here all the same."""
    if "day" not in problem.details:
        return desk.words.text("The visit has not begun yet; the client may still come.")
    return desk.words.text(
        "This visit is on {date}. Move it to today first, if its client is here.",
        date=desk.formats.full_date(booking.start),
    )


def status_words(desk: Desk, status: str) -> str:
    """The state in words; it is never told by colour alone."""
    say = desk.words.text
    return {
        "confirmed": say("Expected"),
        "arrived": say("Arrived"),
        "in_chair": say("In the chair"),
        "done": say("Done"),
        "paid": say("Paid"),
        "no_show": say("No-show"),
        "cancelled": say("Cancelled"),
    }[status]


def _part(desk: Desk, part: Appointment, catalogue: Catalogue, colours: Mapping[UUID, str]) -> Part:
    service = catalogue.service(part.service_id)
    minutes = round((part.end - part.start).total_seconds() / 60)
    return Part(
        service=desk.say(part.service_name),
        stylist=part.staff_name,
        time=desk.formats.time(part.start),
        minutes=desk.formats.minutes(minutes),
        price=desk.formats.money(part.price_minor),
        colour=colours.get(service.category_id, "") if service else "",
    )


def _contacts(booking: Booking) -> list[Contact]:
    found = []
    if booking.customer_phone:
        phone = readable_phone(booking.customer_phone)
        found.append(Contact("phone", phone, f"tel:{booking.customer_phone}"))
    if booking.customer_email:
        found.append(Contact("mail", booking.customer_email, f"mailto:{booking.customer_email}"))
    return found
