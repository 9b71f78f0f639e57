"""Reads the fields that the calendar's scripts send: ids, instants with their offset, yes and no.
Every one raises `Invalid` with its field.
"""

from datetime import datetime
from uuid import UUID

from openchair.platform.errors import Invalid
from openchair.web.console.forms import Typed

MOST_DIGITS = 6
FIRST_YEAR, LAST_YEAR = 2000, 2200


def read_id(typed: Typed, field: str) -> UUID:
    """An id that has to be there."""
    found = read_optional_id(typed, field)
    if found is None:
        raise Invalid("Something is missing here. Please look at the day again.", field=field)
    return found


def read_optional_id(typed: Typed, field: str) -> UUID | None:
    """An id, or None where the field is empty."""
    text = typed.trimmed(field)
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(
            "Something is missing here. Please look at the day again.", field=field
        ) from None


def read_instant(typed: Typed, field: str) -> datetime:
    """ISO 8601 with an offset; the ends of the calendar overflow in a zone."""
    try:
        found = datetime.fromisoformat(typed.trimmed(field))
    except ValueError:
        found = datetime.min  # noqa: DTZ901 - refused on the next line
    if found.utcoffset() is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Invalid("Please choose a time we know, with its offset.", field=field)
    return found


def read_number(typed: Typed, field: str) -> int | None:
    """A whole number without a sign, or None where the field is empty."""
    text = typed.trimmed(field)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise Invalid("Please choose a number.", field=field)
    return int(text)


def is_yes(typed: Typed, field: str) -> bool:
    """Whether it was answered with yes."""
    return typed.trimmed(field) == "yes"
