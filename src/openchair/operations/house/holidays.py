"""Public holidays of a country as suggestions of days to stay closed on. Pure; the calendar is the
`holidays` package's.
"""

from dataclasses import dataclass
from datetime import date

import holidays

LANGUAGES = {"de": ("de", "de_CH"), "pl": ("pl",), "uk": ("uk",), "en": ("en_US", "en_GB")}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One date and what it is called, by language where the package knows it."""

    date: date
    name: dict[str, str]


def suggest(
    *, country: str, region: str = "", first: date, last: date, languages: tuple[str, ...]
) -> list[Suggestion]:
    """The public holidays of a country (ISO 3166 alpha-2), of one of its regions if named, between
    two dates; nothing for a country or region that the package does not know.
    """
    known = holidays.list_supported_countries()
    if country not in known:
        return []
    subdivision = region if region in known[country] else None
    years = range(first.year, last.year + 1)
    names: dict[date, dict[str, str]] = {}
    for language in languages:
        for day, name in _named(country, subdivision, years, language).items():
            if first <= day <= last:
                names.setdefault(day, {})[language] = name
    return [Suggestion(day, name) for day, name in sorted(names.items())]


def regions(country: str) -> tuple[str, ...]:
    """The codes of a country's regions (ISO 3166-2, without the country)."""
    return tuple(holidays.list_supported_countries().get(country, ()))


def _named(country: str, subdivision: str | None, years: range, language: str) -> dict[date, str]:
    spoken = holidays.list_localized_countries().get(country, [])
    locale = next((each for each in LANGUAGES.get(language, ()) if each in spoken), None)
    found = holidays.country_holidays(country, subdiv=subdivision, years=years, language=locale)
    return dict(found.items())
