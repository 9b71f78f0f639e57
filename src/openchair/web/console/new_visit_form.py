"""The form of a new visit: what it offers, what was typed, and what is wrong with it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from openchair.booking.appointments.request import CustomerDetails
from openchair.booking.catalogue.queries import Catalogue, Service
from openchair.identity.accounts.permissions import Reach
from openchair.platform.errors import Invalid
from openchair.platform.languages.catalogues import NAMES
from openchair.web.console.day import read_date
from openchair.web.console.day_view import first_letter_large
from openchair.web.console.door import Desk
from openchair.web.console.forms import Typed

ROWS = 3
A_YEAR = timedelta(days=366)
MOST_AWAY = 5 * A_YEAR
FIELDS = {
    "customer.name": "name",
    "customer.email": "email",
    "customer.phone": "phone",
    "service_ids": "service_1",
    "staff_id": "staff_1",
    "start": "time",
    "date": "date",
    "note": "note",
    "every_weeks": "every_weeks",
    "until": "until",
    "group_name": "group_name",
    "people": "person_2",
}
"""What a refusal calls a field, and what the form calls it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a choice."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Lines under one heading."""

    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen."""

    services: tuple[OptionGroup, ...]
    staff: tuple[Option, ...]
    languages: tuple[Option, ...]
    anybody: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """The visit that was asked for. `staff_ids` has one entry a service, None for anybody."""

    service_ids: tuple[UUID, ...]
    staff_ids: tuple[UUID | None, ...]
    start: datetime
    customer: CustomerDetails
    note: str
    more: str = ""

    @property
    def fingerprint(self) -> str:
        """What a warning was about; another time or person needs a warning of its own."""
        said = repr((self.service_ids, self.staff_ids, self.start.isoformat(), self.more))
        return sha256(said.encode()).hexdigest()


def offer(desk: Desk, catalogue: Catalogue) -> Offer:
    """Services by category, stylists, languages; a stylist who may book only for themselves is
    offered themselves.
    """
    own = desk.membership.staff_id if desk.reach is Reach.OWN else None
    only_own = desk.reach is Reach.OWN
    groups = [
        OptionGroup(
            desk.say(category.name),
            tuple(
                option
                for service in catalogue.services
                if service.category_id == category.id
                for option in _service_options(desk, service)
            ),
        )
        for category in catalogue.categories
    ]
    return Offer(
        services=tuple(group for group in groups if group.options),
        staff=tuple(
            Option(str(member.id), member.name)
            for member in catalogue.staff
            if not only_own or member.id == own
        ),
        languages=tuple(Option(code, NAMES.get(code, code)) for code in desk.salon.languages),
        anybody=not only_own,
    )


def read_draft(desk: Desk, typed: Typed) -> Draft:
    """The visit as typed. Raises `Invalid` on `date`, `start`, `service_ids` or `staff_id`."""
    chosen = [number for number in range(1, ROWS + 1) if typed[f"service_{number}"]]
    if not chosen:
        raise Invalid("Please choose a service.", field="service_ids")
    staff_ids = tuple(read_staff(desk, typed[f"staff_{number}"]) for number in chosen)
    return Draft(
        service_ids=tuple(read_service(typed[f"service_{number}"]) for number in chosen),
        staff_ids=staff_ids,
        start=read_start(desk, typed),
        customer=CustomerDetails(
            name=typed["name"],
            email=typed.trimmed("email") or None,
            phone=typed.trimmed("phone") or None,
            language=typed["language"] or desk.salon.default_language,
        ),
        note=typed["note"],
    )


def _service_options(desk: Desk, service: Service) -> list[Option]:
    """A service, or each of its variants in its stead, then its add-ons."""
    name = desk.say(service.name)
    if service.variants:
        found = [
            _option(desk, variant, f"{name}, {desk.say(variant.name)}")
            for variant in service.variants
        ]
    else:
        found = [_option(desk, service, name)]
    return [*found, *(_option(desk, each, f"+ {desk.say(each.name)}") for each in service.addons)]


def _option(desk: Desk, service: Service, name: str) -> Option:
    length = desk.formats.minutes(service.duration_minutes)
    price = desk.formats.money(service.price_minor)
    return Option(str(service.id), f"{name} · {length} · {price}")


def read_staff(desk: Desk, text: str) -> UUID | None:
    """The stylist chosen in a row, None for anybody. Raises `Invalid` on `staff_id`."""
    if desk.reach is Reach.OWN:
        own = desk.membership.staff_id
        if own is None or text not in {"", str(own)}:
            raise Invalid("You can book visits to yourself only.", field="staff_id")
        return own
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Please choose somebody from the list.", field="staff_id") from None


def read_service(text: str) -> UUID:
    """The service chosen in a row. Raises `Invalid` on `service_ids`."""
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Please choose a service from the list.", field="service_ids") from None


def read_start(desk: Desk, typed: Typed) -> datetime:
    """The moment on the salon's clock; a time that the clock skips that day does not exist, and a
    year that nobody can mean is a slip of the finger. Raises `Invalid` on `date` or `start`.
    """
    zone = ZoneInfo(desk.salon.time_zone)
    day = read_date(typed["date"])
    if abs(day - _today(desk)) > MOST_AWAY:
        raise Invalid("This day is more than five years away. Please check the date.", field="date")
    try:
        clock = time.fromisoformat(typed["time"])
    except ValueError:
        raise Invalid("Please choose a time.", field="start") from None
    start = datetime.combine(day, clock.replace(second=0, microsecond=0, tzinfo=None), zone)
    if datetime.fromtimestamp(start.timestamp(), zone).replace(tzinfo=None) != start.replace(
        tzinfo=None
    ):
        raise Invalid(
            "The clocks skip this time on that day. Please choose another.", field="start"
        )
    return start


def doubt_about(desk: Desk, typed: Typed, day: date) -> str:
    """What to ask before a visit is put on a day that is rarely meant; "" for one that is usual, or
    that was said to be meant.
    """
    if typed["meant"] == day.isoformat():
        return ""
    said = first_letter_large(desk.formats.full_date(day))
    if day < _today(desk):
        return desk.words.text("{day} lies in the past. Is this the day you mean?", day=said)
    if day - _today(desk) > A_YEAR:
        return desk.words.text(
            "{day} is more than a year ahead. Is this the day you mean?", day=said
        )
    return ""


def _today(desk: Desk) -> date:
    return desk.formats.local(desk.now).date()
