"""Third step of the wizard: two weeks of days, and the free times of the chosen one. Pure.

Also serves moving an existing visit; the door says where each day and each time leads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from openchair.booking.availability.find import Availability, Day, Slot
from openchair.web.public.phrases import exact_moment, moment
from openchair.web.public.site import Site

DAYS_SHOWN = 14
NOON, EVENING = 12, 17
FEW = 0.34

Fullness = Literal["none", "few", "some", "many"]
DayUrl = Callable[[date, date], str]
"""From the chosen day and the first day shown to an address."""


@dataclass(frozen=True, slots=True)
class DayChoice:
    """A day in the strip. `label` is what is heard: weekday, date, how many times are free."""

    weekday: str
    number: int
    month: str
    label: str
    fullness: Fullness
    url: str
    chosen: bool
    today: bool


@dataclass(frozen=True, slots=True)
class TimeChoice:
    """A time to hold. `value` is ISO 8601 with offset; `label` names the full date."""

    value: str
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """Morning, afternoon or evening."""

    name: str
    times: tuple[TimeChoice, ...]


@dataclass(frozen=True, slots=True)
class TimesStep:
    """`blanks` are the empty places before the first day, so that weekdays stand in columns."""

    title: str
    weekdays: tuple[str, ...]
    blanks: int
    days: tuple[DayChoice, ...]
    earlier_url: str
    later_url: str
    day_title: str
    day_count: str
    parts: tuple[PartOfDay, ...]
    next_free: str
    next_free_url: str
    zone: str
    zone_city: str


def first_shown(*, site: Site, around: date) -> date:
    """The Monday of that week, or today in the present one."""
    today = site.formats.local(site.now).date()
    return max(today, around - timedelta(days=around.weekday()))


def last_shown(first: date) -> date:
    """Two weeks end on a Sunday, also when the first one has begun already."""
    return first + timedelta(days=DAYS_SHOWN - 1 - first.weekday())


def view_times(
    *,
    site: Site,
    availability: Availability,
    chosen: date | None,
    first: date,
    day_url: DayUrl,
) -> TimesStep:
    """Arrange the strip and the chosen day's times."""
    today = site.formats.local(site.now).date()
    most = max((len(day.slots) for day in availability.days), default=0)
    day = next((day for day in availability.days if day.date == chosen), None)
    earlier = first - timedelta(days=DAYS_SHOWN)
    later = last_shown(first) + timedelta(days=1)
    horizon = today + timedelta(days=site.salon.policies.horizon_days)
    free = availability.next_free
    free_day = site.formats.local(free).date() if free else None
    return TimesStep(
        title=_title(site=site, first=first, last=last_shown(first)),
        weekdays=tuple(site.formats.weekday(number, "abbreviated") for number in range(7)),
        blanks=first.weekday(),
        days=tuple(
            _day(
                site=site,
                day=each,
                chosen=chosen,
                most=most,
                today=today,
                url=day_url(each.date, first),
            )
            for each in availability.days
        ),
        earlier_url=day_url(max(today, earlier), max(today, earlier)) if first > today else "",
        later_url=day_url(later, later) if later <= horizon else "",
        day_title=site.formats.full_date(day.date) if day else "",
        day_count=count_text(site=site, count=len(day.slots)) if day else "",
        parts=_parts(site=site, slots=day.slots if day else ()),
        next_free=moment(site=site, instant=free) if free else "",
        next_free_url=day_url(free_day, free_day) if free_day else "",
        zone=site.salon.time_zone,
        zone_city=site.formats.zone_city(),
    )


def count_text(*, site: Site, count: int) -> str:
    """How many times are free, in words."""
    if count == 0:
        return site.words.text("no free times")
    return site.words.plural("{number} free time", "{number} free times", count)


def time_choices(*, site: Site, starts: Sequence[datetime]) -> tuple[TimeChoice, ...]:
    """Starts as chips."""
    return tuple(
        TimeChoice(
            value=site.formats.local(start).isoformat(timespec="minutes"),
            text=site.formats.time(start),
            label=exact_moment(site=site, instant=start),
        )
        for start in starts
    )


def _title(*, site: Site, first: date, last: date) -> str:
    months = list(dict.fromkeys((site.formats.month(first), site.formats.month(last))))
    return " \N{EN DASH} ".join(months) + f" {last.year}"


def _day(
    *, site: Site, day: Day, chosen: date | None, most: int, today: date, url: str
) -> DayChoice:
    count = len(day.slots)
    return DayChoice(
        weekday=site.formats.weekday(day.date.weekday(), "abbreviated"),
        number=day.date.day,
        month=site.formats.month(day.date),
        label=site.words.text(
            "{day}: {count}",
            day=site.formats.weekday_day_month(day.date),
            count=count_text(site=site, count=count),
        ),
        fullness=_fullness(count, most),
        url=url if count else "",
        chosen=day.date == chosen,
        today=day.date == today,
    )


def _fullness(count: int, most: int) -> Fullness:
    if count == 0:
        return "none"
    share = count / most
    if share <= FEW:
        return "few"
    return "some" if share <= 2 * FEW else "many"


def _parts(*, site: Site, slots: Sequence[Slot]) -> tuple[PartOfDay, ...]:
    named = (
        (site.words.text("Morning"), 0, NOON),
        (site.words.text("Afternoon"), NOON, EVENING),
        (site.words.text("Evening"), EVENING, 24),
    )
    parts = (
        PartOfDay(
            name=name,
            times=time_choices(
                site=site,
                starts=[
                    slot.start
                    for slot in slots
                    if begins <= site.formats.local(slot.start).hour < ends
                ],
            ),
        )
        for name, begins, ends in named
    )
    return tuple(part for part in parts if part.times)
