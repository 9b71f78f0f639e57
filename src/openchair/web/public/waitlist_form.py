"""The form of the waitlist: what it offers, what was typed, and what is wrong with it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.datastructures import FormData

from openchair.booking.appointments.request import NOTE_LENGTH, CustomerDetails
from openchair.booking.availability.find import last_bookable_date
from openchair.booking.waitlist.join import check_wish
from openchair.booking.waitlist.rules import DAY, Wish
from openchair.customers.profiles.contact import clean_email, clean_name, clean_phone
from openchair.platform.errors import Invalid, Problem
from openchair.web.public.chosen_time import YEARS
from openchair.web.public.site import Site
from openchair.web.public.waitlist_problems import waitlist_problem

WEEKS = timedelta(days=13)
HOUR = 60
WEEK = range(7)
FIELDS = {
    "first_date": "first",
    "last_date": "last",
    "weekdays": "weekdays",
    "to_minute": "to",
    "customer.name": "name",
    "customer.email": "email",
    "customer.phone": "phone",
    "note": "note",
}
"""What a refusal calls a field, and what the form calls it."""


@dataclass(frozen=True, slots=True)
class WaitlistForm:
    """What was typed, kept as it is for showing it again; the times are minutes of the day."""

    first: str = ""
    last: str = ""
    weekdays: tuple[str, ...] = ()
    begins: str = ""
    ends: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    note: str = ""

    def customer(self, language: str) -> CustomerDetails:
        """As the domain takes it."""
        return CustomerDetails(
            name=self.name, email=self.email or None, phone=self.phone or None, language=language
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers: the salon's open weekdays and hours, and the dates it books ahead."""

    weekdays: tuple[Choice, ...]
    begins: tuple[Choice, ...]
    ends: tuple[Choice, ...]
    first_day: str
    last_day: str


def offered(site: Site) -> Choices:
    """The choices of this salon."""
    hours = site.salon.location.opening_hours
    opens, closes = opening(site)
    return Choices(
        weekdays=tuple(
            Choice(str(each), site.formats.weekday(each))
            for each in sorted({each.weekday for each in hours} or set(WEEK))
        ),
        begins=_hours(site, range(opens, closes, HOUR)),
        ends=_hours(site, range(closes, opens, -HOUR)),
        first_day=site.formats.local(site.now).date().isoformat(),
        last_day=last_bookable_date(site.salon, site.now).isoformat(),
    )


def opening(site: Site) -> tuple[int, int]:
    """The earliest and the latest full hour of any day, in minutes; all day where none is known."""
    hours = site.salon.location.opening_hours
    if not hours:
        return 0, DAY
    opens = min(each.opens_minute for each in hours) // HOUR * HOUR
    closes = -(-max(each.closes_minute for each in hours) // HOUR) * HOUR
    return opens, closes


def fresh_form(*, site: Site, day: date | None) -> WaitlistForm:
    """The form as it is first shown: the fortnight around the day that was looked at."""
    today = site.formats.local(site.now).date()
    opens, closes = opening(site)
    last = max(day or today, today) + WEEKS
    return WaitlistForm(
        first=today.isoformat(),
        last=min(last, last_bookable_date(site.salon, site.now)).isoformat(),
        weekdays=tuple(each.value for each in offered(site).weekdays),
        begins=str(opens),
        ends=str(closes),
    )


def read_waitlist_form(form: FormData) -> WaitlistForm:
    """The typed fields; a missing one is an empty one."""

    def typed(name: str) -> str:
        value = form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    return WaitlistForm(
        first=typed("first"),
        last=typed("last"),
        weekdays=tuple(str(each) for each in form.getlist("weekday")[: len(WEEK)]),
        begins=typed("from"),
        ends=typed("to"),
        name=typed("name"),
        email=typed("email"),
        phone=typed("phone"),
        note=typed("note"),
    )


def read_wish(form: WaitlistForm, *, site: Site) -> Wish:
    """When they would come. The salon's whole day is all day, its whole week all week. Raises
    `Invalid`.
    """
    chosen = {each for each in form.weekdays if each in set(map(str, WEEK))}
    all_week = chosen >= {each.value for each in offered(site).weekdays}
    opens, closes = opening(site)
    begins, ends = _minute(form.begins, opens), _minute(form.ends, closes)
    whole = (begins, ends) == (opens, closes)
    return Wish(
        first_date=_date(form.first, "first_date"),
        last_date=_date(form.last, "last_date"),
        weekdays=frozenset(WEEK) if all_week else frozenset(map(int, chosen)),
        from_minute=0 if whole else begins,
        to_minute=max(DAY, closes) if whole else ends,
    )


def check_form(*, site: Site, form: WaitlistForm) -> dict[str, str]:
    """Field → what to do about it, all at once; empty when all is well."""
    wrong: dict[str, str] = {}

    def check(field: str, clean: Callable[[], object]) -> None:
        try:
            clean()
        except Problem as problem:
            name = FIELDS.get(problem.field or "", field)
            wrong[name] = waitlist_problem(words=site.words, problem=problem)

    check("last", lambda: check_wish(read_wish(form, site=site), salon=site.salon, now=site.now))
    check("name", lambda: clean_name(form.name))
    if form.email:
        check("email", lambda: clean_email(form.email))
    if form.phone:
        check("phone", lambda: clean_phone(form.phone, country=site.salon.location.country))
    if not form.email and not form.phone:
        wrong["email"] = site.words.text("Please give an e-mail address or a phone number.")
    if len(form.note) > NOTE_LENGTH:
        wrong["note"] = site.words.text("This note is too long. Please shorten it.")
    return wrong


def _hours(site: Site, minutes: range) -> tuple[Choice, ...]:
    return tuple(Choice(str(each), site.formats.clock(each)) for each in minutes)


def _date(typed: str, field: str) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise Invalid("Please choose a day.", code="waitlist_day", field=field)
    return day


def _minute(typed: str, otherwise: int) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else otherwise
