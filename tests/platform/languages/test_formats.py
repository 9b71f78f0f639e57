from datetime import UTC, datetime

import pytest

from openchair.platform.languages.formats import formats_for

INSTANT = datetime(2026, 11, 26, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "language, country, date, time, money",
    [
        ("de", "CH", "Donnerstag, 26. November 2026", "14:30", "CHF 1’095.50"),
        ("en", "CH", "Thursday, 26 November 2026", "14:30", "CHF 1’095.50"),
        ("pl", "PL", "czwartek, 26 listopada 2026", "14:30", "1 095,50 CHF"),
        ("uk", "PL", "четвер, 26 листопада 2026 р.", "14:30", "1 095,50 CHF"),
    ],
)
def test_figures_read_as_people_of_the_place_write_them(
    language: str, country: str, date: str, time: str, money: str
) -> None:
    formats = formats_for(
        language=language, country=country, time_zone="Europe/Zurich", currency="CHF"
    )
    assert plain(formats.full_date(INSTANT)) == date
    assert formats.time(INSTANT) == time
    assert plain(formats.money(109_550)) == money


def test_a_currency_without_minor_units_has_none() -> None:
    formats = formats_for(language="en", country="GB", time_zone="UTC", currency="JPY")
    assert formats.money(1200) == "JP¥1,200"


def test_an_unknown_language_reads_as_english() -> None:
    formats = formats_for(language="xx", country="CH", time_zone="UTC", currency="EUR")
    assert formats.full_date(INSTANT) == "Thursday, 26 November 2026"


def plain(text: str) -> str:
    """With ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")
