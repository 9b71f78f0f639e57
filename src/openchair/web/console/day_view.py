"""The day's page as plain view data: strip of dates, filters, rows and what an empty day says.

Pure; `day.py` reads what it needs and hands it over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from openchair.booking.appointments.queries import Booking
from openchair.booking.appointments.rules import OPEN
from openchair.booking.catalogue.queries import Catalogue
from openchair.web.console.door import Desk
from openchair.web.console.visit_view import VisitView, view_visit

BY_TIME, BY_STYLIST = "time", "stylist"


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: a date, perhaps one stylist, and how the rows stand together."""

    day: date
    staff_id: UUID | None
    group: str

    def url(self, desk: Desk, *, day: date | None = None, **more: str) -> str:
        """The page of this wish, or of the same with something changed; "" leaves out."""
        values = {
            "date": (day or self.day).isoformat(),
            "staff": str(self.staff_id or ""),
            "group": self.group if self.group != BY_TIME else "",
        }
        return desk.url("/day", **{**values, **more})


@dataclass(frozen=True, slots=True)
class StripDay:
    """One date of the week."""

    url: str
    weekday: str
    number: int
    label: str
    chosen: bool
    today: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that changes what is shown; `chosen` is the present one."""

    name: str
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; `now_before` is the row before which the present moment lies."""

    heading: str
    visits: tuple[VisitView, ...]
    now_before: UUID | None = None


@dataclass(frozen=True, slots=True)
class DayView:
    """The whole page."""

    title: str
    opening: str
    is_today: bool
    today_url: str
    before_url: str
    after_url: str
    week_before_url: str
    week_after_url: str
    strip: tuple[StripDay, ...]
    stylists: tuple[Choice, ...]
    groupings: tuple[Choice, ...]
    groups: tuple[Group, ...]
    summary: tuple[str, ...]
    empty: str
    now: str
    more_url: str
    first_url: str
    new_url: str
    back: str


def view_day(
    desk: Desk,
    *,
    wish: Wish,
    bookings: Sequence[Booking],
    catalogue: Catalogue,
    is_first_page: bool,
    more_after: str,
) -> DayView:
    """The page for one wish; `more_after` is where the next page begins, if there is one."""
    today = desk.formats.local(desk.now).date()
    one, week = timedelta(days=1), timedelta(days=7)
    whole = is_first_page and not more_after
    return DayView(
        title=first_letter_large(desk.formats.full_date(wish.day)),
        opening=opening_words(desk, wish.day),
        is_today=wish.day == today,
        today_url=wish.url(desk, day=today),
        before_url=wish.url(desk, day=wish.day - one),
        after_url=wish.url(desk, day=wish.day + one),
        week_before_url=wish.url(desk, day=wish.day - week),
        week_after_url=wish.url(desk, day=wish.day + week),
        strip=tuple(_strip(desk, wish, today)),
        stylists=tuple(_stylists(desk, wish, catalogue)),
        groupings=(
            Choice(desk.words.text("By time"), wish.url(desk, group=""), wish.group == BY_TIME),
            Choice(
                desk.words.text("By stylist"),
                wish.url(desk, group=BY_STYLIST),
                wish.group == BY_STYLIST,
            ),
        ),
        groups=tuple(_groups(desk, wish, bookings, catalogue, is_today=wish.day == today)),
        summary=tuple(_summary(desk, bookings)) if whole and bookings else (),
        empty="" if bookings else _empty(desk, wish, catalogue, is_first_page=is_first_page),
        now=desk.formats.time(desk.now),
        more_url=wish.url(desk, after=more_after) if more_after else "",
        first_url="" if is_first_page else wish.url(desk),
        new_url=desk.url("/new", date=wish.day.isoformat(), staff=str(wish.staff_id or "")),
        back=wish.url(desk),
    )


def opening_words(desk: Desk, day: date) -> str:
    """Such as "Open 09:00-18:30", "Closed", or "Closed: New Year"."""
    place = desk.salon.location
    for holiday in place.holidays:
        if holiday.date == day:
            return desk.words.text("Closed: {holiday}", holiday=desk.say(holiday.name))
    hours = [
        f"{desk.formats.clock(each.opens_minute)}–{desk.formats.clock(each.closes_minute)}"
        for each in place.opening_hours
        if each.weekday == day.weekday()
    ]
    if not hours:
        return desk.words.text("Closed")
    return desk.words.text("Open {hours}", hours=", ".join(hours))


def first_letter_large(text: str) -> str:
    """A heading begins so, also where a weekday is written small."""
    return text[:1].upper() + text[1:]


def is_closed(desk: Desk, day: date) -> bool:
    """Whether the salon stays closed on this date."""
    place = desk.salon.location
    return any(holiday.date == day for holiday in place.holidays) or not any(
        each.weekday == day.weekday() for each in place.opening_hours
    )


def _strip(desk: Desk, wish: Wish, today: date) -> list[StripDay]:
    monday = wish.day - timedelta(days=wish.day.weekday())
    return [
        StripDay(
            url=wish.url(desk, day=day),
            weekday=desk.formats.weekday(day.weekday(), "short").rstrip("."),
            number=day.day,
            label=desk.formats.weekday_day_month(day),
            chosen=day == wish.day,
            today=day == today,
            closed=is_closed(desk, day),
        )
        for day in (monday + timedelta(days=number) for number in range(7))
    ]


def _stylists(desk: Desk, wish: Wish, catalogue: Catalogue) -> list[Choice]:
    everybody = Choice(
        desk.words.text("Everybody"), wish.url(desk, staff=""), wish.staff_id is None
    )
    return [
        everybody,
        *(
            Choice(member.name, wish.url(desk, staff=str(member.id)), member.id == wish.staff_id)
            for member in catalogue.staff
        ),
    ]


def _groups(
    desk: Desk,
    wish: Wish,
    bookings: Sequence[Booking],
    catalogue: Catalogue,
    *,
    is_today: bool,
) -> list[Group]:
    if wish.group == BY_STYLIST:
        ordered = sorted(bookings, key=lambda each: (_first_stylist(each), each.start, each.id))
        return [
            Group(name, tuple(view_visit(desk, each, catalogue=catalogue) for each in found))
            for name, found in groupby(ordered, key=_first_stylist)
        ]
    if not bookings:
        return []
    coming = [each.id for each in bookings if each.start > desk.now] if is_today else []
    visits = tuple(view_visit(desk, each, catalogue=catalogue) for each in bookings)
    return [Group("", visits, now_before=coming[0] if coming else None)]


def _first_stylist(booking: Booking) -> str:
    return booking.appointments[0].staff_name if booking.appointments else ""


def _summary(desk: Desk, bookings: Sequence[Booking]) -> list[str]:
    count = {
        status: sum(each.status == status for each in bookings)
        for status in ("confirmed", "arrived", "in_chair", "done", "paid", "no_show", "cancelled")
    }
    takings = [
        part.price_minor
        for each in bookings
        if each.status in OPEN
        for part in each.appointments
        if desk.sees_takings_of(part.staff_id)
    ]
    plural = desk.words.plural
    told = [plural("{number} visit", "{number} visits", len(bookings))]
    if count["confirmed"]:
        told.append(plural("{number} expected", "{number} expected", count["confirmed"]))
    if count["arrived"]:
        told.append(plural("{number} arrived", "{number} arrived", count["arrived"]))
    if count["in_chair"]:
        told.append(plural("{number} in the chair", "{number} in the chair", count["in_chair"]))
    if count["done"] + count["paid"]:
        told.append(plural("{number} done", "{number} done", count["done"] + count["paid"]))
    if count["no_show"]:
        told.append(plural("{number} no-show", "{number} no-shows", count["no_show"]))
    if count["cancelled"]:
        told.append(plural("{number} cancelled", "{number} cancelled", count["cancelled"]))
    if takings:
        told.append(desk.formats.money(sum(takings)))
    return told


def _empty(desk: Desk, wish: Wish, catalogue: Catalogue, *, is_first_page: bool) -> str:
    say, day = desk.words.text, desk.formats.weekday_day_month(wish.day)
    member = catalogue.member(wish.staff_id) if wish.staff_id else None
    if not is_first_page:
        return say("There are no more visits on this day.")
    if member is not None:
        return say("Nobody is booked with {name} on {day}.", name=member.name, day=day)
    if is_closed(desk, wish.day):
        return say("Nobody is booked on {day}; the salon is closed.", day=day)
    return say("Nobody is booked on {day} yet.", day=day)
