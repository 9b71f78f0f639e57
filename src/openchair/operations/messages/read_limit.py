"""Reads a budget's limit as people type it in the four languages. Pure; for page and command."""

import re

from openchair.notifications.budgets.rules import check_limit
from openchair.platform.errors import Invalid

MOST_LETTERS = 20
GROUPED = re.compile(r"\d{1,3}(?:([ '’.,\u00a0\u202f])\d{3}(?:\1\d{3})*)?|\d+", re.ASCII)
"""Whole, or in thousands: `1'000` in Switzerland, `1.000` in Germany, `1 000` in Poland and
Ukraine (CLDR, numbers; also with the blanks that do not break), `1,000` in English."""


def read_limit(typed: str) -> int:
    """The number of messages that is meant. Raises `Invalid` (field `limit`) for what is none, or
    has a part behind the point: nobody sends half a message.
    """
    text = typed.strip()
    if len(text) > MOST_LETTERS or not GROUPED.fullmatch(text):
        raise Invalid(
            "Please give a whole number from 0 to 100,000,000, like 1000, 1'000, 1 000 or 1.000.",
            field="limit",
            code="limit",
        )
    found = int(re.sub(r"\D", "", text))
    check_limit(found)
    return found
