"""Money, dates, times and lengths as people of one language and country write them (Babel).
Called by pages with a salon's country, currency and zone; holds no words of its own.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_time,
    get_datetime_format,
    get_day_names,
    get_timezone_location,
)
from babel.lists import format_list
from babel.numbers import format_currency, get_currency_precision
from babel.units import format_unit

MINUTES_ONLY_UP_TO = 90
Width = Literal["wide", "abbreviated", "short"]


@dataclass(frozen=True, slots=True)
class Formats:
    """How one salon's figures read in one language; instants are shown in the salon's zone."""

    locale: Locale
    zone: ZoneInfo
    currency: str

    def money(self, minor: int) -> str:
        """An amount in minor units; whole amounts stand without decimals."""
        digits = get_currency_precision(self.currency)
        amount = minor / 10**digits
        whole = minor % 10**digits == 0
        pattern = self.locale.currency_formats["standard"].pattern
        if whole:
            pattern = pattern.replace(".00", "")
        return str(
            format_currency(
                amount, self.currency, pattern, locale=self.locale, currency_digits=not whole
            )
        )

    def minutes(self, minutes: int) -> str:
        """A length such as "45 min" or "2 h 15 min"."""
        if minutes <= MINUTES_ONLY_UP_TO:
            return format_unit(minutes, "minute", length="short", locale=self.locale)
        hours, rest = divmod(minutes, 60)
        parts = [format_unit(hours, "hour", length="short", locale=self.locale)]
        if rest:
            parts.append(format_unit(rest, "minute", length="short", locale=self.locale))
        return " ".join(parts)

    def time(self, instant: datetime) -> str:
        """The time of day, in the salon's zone."""
        return str(format_time(instant, "short", tzinfo=self.zone, locale=self.locale))

    def clock(self, minute_of_day: int) -> str:
        """A wall-clock minute (0..2880) as a time of day."""
        hour, minute = divmod(minute_of_day % 1440, 60)
        moment = datetime(2000, 1, 1, hour, minute, tzinfo=self.zone)
        return self.time(moment)

    def full_date(self, day: date | datetime) -> str:
        """As in "Tuesday, 24 November 2026"."""
        return str(format_date(self._local_day(day), "full", locale=self.locale))

    def day_and_month(self, day: date | datetime) -> str:
        """As in "24 November"."""
        return str(format_skeleton("MMMMd", self._noon(day), locale=self.locale))

    def weekday_day_month(self, day: date | datetime) -> str:
        """As in "Tuesday, 24 November"."""
        name = self.weekday(self._local_day(day).weekday())
        return f"{name}, {self.day_and_month(day)}"

    def month(self, day: date) -> str:
        """The month's name, standing alone."""
        return str(format_date(day, "LLLL", locale=self.locale))

    def weekday(self, number: int, width: Width = "wide") -> str:
        """Monday is 0; widths are "wide", "abbreviated" and "short"."""
        return str(get_day_names(width, "stand-alone", self.locale)[number])

    def date_only(self, day: date | datetime) -> str:
        """The date, short enough for a table: "24 Nov 2026"."""
        return str(format_date(self._local_day(day), "medium", locale=self.locale))

    def date_and_time(self, instant: datetime) -> str:
        """Date and time to the minute, short enough for a table: "24 Nov 2026, 14:30"."""
        day = format_date(self._local_day(instant), "medium", locale=self.locale)
        pattern = get_datetime_format("medium", locale=self.locale)
        return str(pattern).replace("{1}", day).replace("{0}", self.time(instant))

    def date_and_seconds(self, instant: datetime) -> str:
        """The same to the second, where tries follow one another."""
        return str(format_datetime(instant, "medium", tzinfo=self.zone, locale=self.locale))

    def zone_city(self) -> str:
        """The city that names the salon's zone, in the page's language."""
        return str(get_timezone_location(self.zone, locale=self.locale, return_city=True))

    def listed(self, names: list[str]) -> str:
        """As in "a, b and c"."""
        return str(format_list(names, "standard", locale=self.locale)) if names else ""

    def local(self, instant: datetime) -> datetime:
        """The instant on the salon's clock."""
        return instant.astimezone(self.zone)

    def _local_day(self, day: date | datetime) -> date:
        return day.astimezone(self.zone).date() if isinstance(day, datetime) else day

    def _noon(self, day: date | datetime) -> datetime:
        local = self._local_day(day)
        return datetime(local.year, local.month, local.day, 12)  # noqa: DTZ001  a calendar day


@lru_cache(maxsize=256)
def formats_for(*, language: str, country: str, time_zone: str, currency: str) -> Formats:
    """Formats of a language as the salon's country writes it, 24-hour English where unknown."""
    return Formats(locale=_locale(language, country), zone=ZoneInfo(time_zone), currency=currency)


def _locale(language: str, country: str) -> Locale:
    for identifier in (f"{language}_{country}", "en_GB" if language == "en" else language):
        try:
            return Locale.parse(identifier)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_GB")
