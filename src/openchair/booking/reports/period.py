"""Stretches of dates that reports are about, and what each is compared with. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from openchair.platform.errors import Invalid

MOST_DAYS = 731
PRESETS = ("today", "week", "month", "last_month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Period:
    """Local dates, both inside."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many dates."""
        return (self.last - self.first).days + 1

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The instants `[from, to)` in the salon's zone."""
        return (
            datetime.combine(self.first, time(), zone),
            datetime.combine(self.last + timedelta(days=1), time(), zone),
        )

    def before(self) -> "Period":
        """What it is compared with: whole months with as many whole months before, anything else
        with as many days before.
        """
        if self.first.day == 1 and self.last.day == monthrange(self.last.year, self.last.month)[1]:
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
            return Period(_months(self.first, -months - 1), self.first - timedelta(days=1))
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


def preset(name: str, *, today: date) -> Period:
    """One of `PRESETS`, on a date; whole weeks begin on Monday, quarters with the year."""
    month = today.replace(day=1)
    match name:
        case "today":
            return Period(today, today)
        case "week":
            monday = today - timedelta(days=today.weekday())
            return Period(monday, monday + timedelta(days=6))
        case "last_month":
            return Period(_months(month, -1), month - timedelta(days=1))
        case "quarter":
            first = month.replace(month=(month.month - 1) // 3 * 3 + 1)
            return Period(first, _months(first, 3) - timedelta(days=1))
        case "year":
            return Period(date(today.year, 1, 1), date(today.year, 12, 31))
        case _:
            return Period(month, _months(month, 1) - timedelta(days=1))


def chosen(*, first: date, last: date) -> Period:
    """Dates somebody chose. Raises `Invalid` on `last`."""
    if last < first:
        raise Invalid("The last day is before the first. Please swap them.", field="last")
    if (last - first).days >= MOST_DAYS:
        raise Invalid("Please choose at most two years.", field="last")
    return Period(first, last)


def _months(day: date, by: int) -> date:
    """The first of a month, so many months later."""
    number = day.year * 12 + day.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)
