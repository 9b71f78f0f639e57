"""The form with which the desk puts a client down: what it offers and what was typed. Pure."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from openchair.booking.appointments.request import CustomerDetails
from openchair.booking.availability.find import last_bookable_date
from openchair.booking.waitlist.join import Wanted
from openchair.booking.waitlist.rules import DAY, Wish
from openchair.platform.errors import Invalid
from openchair.web.console.day import read_date
from openchair.web.console.door import Desk
from openchair.web.console.forms import Typed
from openchair.web.console.new_visit_form import ROWS

FORTNIGHT = timedelta(days=13)
WEEK = range(7)
FIELDS = {
    "customer.name": "name",
    "customer.email": "email",
    "customer.phone": "phone",
    "service_ids": "service_1",
    "staff_id": "staff",
    "first_date": "first",
    "last_date": "last",
    "weekdays": "weekdays",
    "to_minute": "to",
    "note": "note",
}
"""What a refusal calls a field, and what the form calls it."""


@dataclass(frozen=True, slots=True)
class WeekdayBox:
    """A weekday to tick."""

    name: str
    words: str
    ticked: bool


def fresh(desk: Desk, day: date | None) -> Typed:
    """The form as it is first shown: all weekdays, all day, from today (or only the `day` that the
    calendar shows) on.
    """
    today = desk.formats.local(desk.now).date()
    first = max(day or today, today)
    last = first if day else min(first + FORTNIGHT, last_bookable_date(desk.salon, desk.now))
    return Typed(
        {
            "first": first.isoformat(),
            "last": last.isoformat(),
            **{f"weekday_{each}": "yes" for each in WEEK},
            "language": desk.salon.default_language,
        }
    )


def weekday_boxes(desk: Desk, typed: Typed) -> list[WeekdayBox]:
    """The seven weekdays as they stand in the form."""
    return [
        WeekdayBox(f"weekday_{each}", desk.formats.weekday(each), typed[f"weekday_{each}"] == "yes")
        for each in WEEK
    ]


def read_wanted(typed: Typed) -> Wanted:
    """What they wait for. Raises `Invalid` on the field that is wrong."""
    chosen = [
        _id(typed[f"service_{number}"], "service_ids")
        for number in range(1, ROWS + 1)
        if typed[f"service_{number}"]
    ]
    if not chosen:
        raise Invalid("Please choose a service.", field="service_ids")
    return Wanted(
        service_ids=tuple(chosen),
        staff_id=_id(typed["staff"], "staff_id") if typed["staff"] else None,
        wish=Wish(
            first_date=_date(typed["first"], "first_date"),
            last_date=_date(typed["last"], "last_date"),
            weekdays=frozenset(each for each in WEEK if typed[f"weekday_{each}"] == "yes"),
            from_minute=_minute(typed["from"], 0),
            to_minute=_minute(typed["to"], DAY),
        ),
    )


def read_customer(desk: Desk, typed: Typed) -> CustomerDetails:
    """Who it is, as typed."""
    return CustomerDetails(
        name=typed["name"],
        email=typed.trimmed("email") or None,
        phone=typed.trimmed("phone") or None,
        language=typed["language"] or desk.salon.default_language,
    )


def _id(typed: str, field: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise Invalid("Please choose one from the list.", field=field) from None


def _date(typed: str, field: str) -> date:
    try:
        return read_date(typed)
    except Invalid:
        raise Invalid("Please choose a day.", field=field) from None


def _minute(typed: str, otherwise: int) -> int:
    """An empty time is the beginning or the end of the day."""
    if not typed:
        return otherwise
    try:
        clock = time.fromisoformat(typed)
    except ValueError:
        raise Invalid("Please choose a time.", field="to_minute") from None
    return clock.hour * 60 + clock.minute
