"""Lengths of time as a number and a unit: how forms ask for them, how sentences tell them. Pure."""

from dataclasses import dataclass

from openchair.platform.errors import Invalid
from openchair.web.console.door import Desk
from openchair.web.console.forms import Typed

UNITS = {"minutes": 1, "hours": 60, "days": 1440}
MOST = 525_600


@dataclass(frozen=True, slots=True)
class Length:
    """As a form shows it; `number` as it was typed."""

    number: str
    unit: str


def length_of(minutes: int) -> Length:
    """The largest unit that leaves a whole number; a single day reads as 24 hours."""
    if minutes and minutes % UNITS["days"] == 0 and minutes > UNITS["days"]:
        return Length(str(minutes // UNITS["days"]), "days")
    if minutes and minutes % UNITS["hours"] == 0:
        return Length(str(minutes // UNITS["hours"]), "hours")
    return Length(str(minutes), "minutes")


def typed_length(typed: Typed, field: str) -> Length:
    """What was typed into `field` and `field_unit`."""
    unit = typed[f"{field}_unit"]
    return Length(typed.trimmed(field), unit if unit in UNITS else "minutes")


def read_minutes(length: Length, *, field: str) -> int:
    """The length in minutes. Raises `Invalid` on `field`."""
    if not length.number.isascii() or not length.number.isdigit() or len(length.number) > 7:
        raise Invalid("Please type a whole number.", field=field)
    return min(int(length.number) * UNITS[length.unit], MOST + 1)


def length_words(desk: Desk, minutes: int) -> str:
    """Such as "45 min", "24 h" or "3 days"."""
    length = length_of(minutes)
    number = int(length.number)
    if length.unit == "days":
        return desk.words.plural("{number} day", "{number} days", number)
    if length.unit == "hours":
        return desk.words.plural("{number} hour", "{number} hours", number)
    return desk.words.plural("{number} minute", "{number} minutes", number)
