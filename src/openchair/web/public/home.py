"""The home page's view data: prices, people, hours, and the next free time in plain words.
Pure; `booking/availability` has already answered when this is called."""

from dataclasses import dataclass
from itertools import groupby

from babel import Locale, UnknownLocaleError

from openchair.booking.availability.find import Availability
from openchair.booking.catalogue.queries import Catalogue, Service, StaffMember
from openchair.web.public.basket import price_text, tax_text
from openchair.web.public.phrases import moment
from openchair.web.public.pictures import PictureView, view_picture
from openchair.web.public.site import Site

HOLIDAYS_SHOWN = 4
THUMBNAIL = 72
PORTRAIT = 320
"""Pixels of the page that pictures of services and of people take at most."""


@dataclass(frozen=True, slots=True)
class NextFree:
    """The next free time: with a name for the hero, short for the bar."""

    text: str
    short: str
    url: str


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line of the price list."""

    name: str
    description: str
    minutes: str
    price: str
    url: str
    picture: PictureView | None


@dataclass(frozen=True, slots=True)
class MenuCategory:
    """A heading of the price list."""

    ordinal: str
    name: str
    services: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the team."""

    name: str
    title: str
    bio: str
    initials: str
    languages: str
    url: str
    picture: PictureView | None


@dataclass(frozen=True, slots=True)
class HoursRow:
    """A weekday's hours."""

    weekday: str
    text: str
    today: bool


@dataclass(frozen=True, slots=True)
class Home:
    """Everything the home template prints."""

    next_free: NextFree | None
    categories: tuple[MenuCategory, ...]
    team: tuple[Person, ...]
    hours: tuple[HoursRow, ...]
    open_now: str
    holidays: str
    tax: str


def view_home(*, site: Site, catalogue: Catalogue, availability: Availability | None) -> Home:
    """Arrange the home page; `availability` is that of the first service, if there is one."""
    return Home(
        next_free=_next_free(site=site, catalogue=catalogue, availability=availability),
        categories=_categories(site=site, catalogue=catalogue),
        team=tuple(_person(site=site, member=member) for member in catalogue.staff),
        hours=tuple(_hours_row(site=site, weekday=weekday) for weekday in range(7)),
        open_now=_open_now(site),
        holidays=_holidays(site),
        tax=tax_text(site),
    )


def _next_free(
    *, site: Site, catalogue: Catalogue, availability: Availability | None
) -> NextFree | None:
    if availability is None or availability.next_free is None:
        return None
    start = availability.next_free
    slots = (slot for day in availability.days for slot in day.slots if slot.start == start)
    people = next((slot.staff_ids for slot in slots), ())
    member = catalogue.member(people[0]) if people else None
    short = moment(site=site, instant=start)
    text = (
        site.words.text("{moment} with {name}", moment=short, name=first_name(member.name))
        if member
        else short
    )
    day = site.formats.local(start).date()
    url = site.url("/book/time", service=str(catalogue.services[0].id), date=day.isoformat())
    return NextFree(text=text, short=short, url=url)


def _categories(*, site: Site, catalogue: Catalogue) -> tuple[MenuCategory, ...]:
    found: list[MenuCategory] = []
    for category in catalogue.categories:
        services = [each for each in catalogue.services if each.category_id == category.id]
        if services:
            found.append(
                MenuCategory(
                    ordinal=f"{len(found) + 1:02d}",
                    name=site.say(category.name),
                    services=tuple(_menu_item(site=site, service=each) for each in services),
                )
            )
    return tuple(found)


def _menu_item(*, site: Site, service: Service) -> MenuItem:
    lengths = [each.duration_minutes for each in service.variants] or [service.duration_minutes]
    minutes = site.formats.minutes(min(lengths))
    if len(set(lengths)) > 1:
        minutes = site.words.text("from {length}", length=minutes)
    prices = {terms.price_minor for each in _kinds(service) for terms in each.terms.values()}
    return MenuItem(
        name=site.say(service.name),
        description=site.say(service.description),
        minutes=minutes,
        price=price_text(site=site, minor=service.price_from_minor, exact=len(prices) <= 1),
        url=site.url("/book", service=str(service.id)) + f"#s-{service.slug}",
        picture=view_picture(site=site, shape=service.picture, shown=THUMBNAIL),
    )


def _kinds(service: Service) -> tuple[Service, ...]:
    return service.variants or (service,)


def _person(*, site: Site, member: StaffMember) -> Person:
    return Person(
        name=member.name,
        title=site.say(member.title),
        bio=site.say(member.bio),
        initials=initials(member.name),
        languages=", ".join(language_name(code, site.formats.locale) for code in member.languages),
        url=site.url("/book", staff=str(member.id)),
        picture=view_picture(site=site, shape=member.picture, shown=PORTRAIT),
    )


def language_name(code: str, locale: Locale) -> str:
    """A language as readers of `locale` call it."""
    try:
        name = Locale.parse(code).get_language_name(locale)
    except (UnknownLocaleError, ValueError):
        return code
    return name or code


def initials(name: str) -> str:
    """At most two letters: of the first and the last word."""
    words = name.split()
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper() if words else ""


def first_name(name: str) -> str:
    """As people call each other."""
    return name.split(maxsplit=1)[0] if name.split() else name


def _hours_row(*, site: Site, weekday: int) -> HoursRow:
    stretches = [h for h in site.salon.location.opening_hours if h.weekday == weekday]
    text = ", ".join(
        f"{site.formats.clock(each.opens_minute)}-{site.formats.clock(each.closes_minute)}"
        for each in stretches
    ).replace("-", "\N{EN DASH}")
    return HoursRow(
        weekday=site.formats.weekday(weekday),
        text=text or site.words.text("closed"),
        today=weekday == site.formats.local(site.now).weekday(),
    )


def _open_now(site: Site) -> str:
    """As in "Open now, until 19:00", "Closed now, opens Tuesday 9:00"."""
    local = site.formats.local(site.now)
    minute = local.hour * 60 + local.minute
    hours = site.salon.location.opening_hours
    closed = {each.date for each in site.salon.location.holidays}
    for each in hours:
        open_today = each.weekday == local.weekday() and local.date() not in closed
        if open_today and each.opens_minute <= minute < each.closes_minute:
            until = site.formats.clock(each.closes_minute)
            return site.words.text("Open now, until {time}", time=until)
    return site.words.text("Closed now; you can book at any hour.")


def _holidays(site: Site) -> str:
    today = site.formats.local(site.now).date()
    coming = [each for each in site.salon.location.holidays if each.date >= today]
    return ", ".join(
        f"{site.formats.day_and_month(day)} ({site.say(next(group).name)})"
        for day, group in groupby(coming[:HOLIDAYS_SHOWN], key=lambda each: each.date)
    )
