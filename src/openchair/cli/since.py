"""Reads a moment (`--since`, `--at`): so long ago (`90m`, `24h`, `7d`), or a date (`2026-11-20`,
also with a time).
"""

import re
from datetime import UTC, datetime, timedelta

from openchair.platform.errors import Invalid

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
AGO = re.compile(r"([1-9]\d{0,4})([mhdw])")


def read_since(text: str, *, now: datetime, field: str = "since") -> datetime:
    """The moment that is meant, in UTC unless it names its offset. Raises `Invalid` on `field`."""
    if found := AGO.fullmatch(text.strip()):
        return now - timedelta(**{UNITS[found[2]]: int(found[1])})
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(
            f"--{field} is a time ago like 24h or 7d, or a date like 2026-11-20; not {text[:40]}.",
            field=field,
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_length(text: str, *, field: str) -> timedelta:
    """A length such as `90m`, `4h` or `2d`. Raises `Invalid` on `field`."""
    found = AGO.fullmatch(text.strip())
    if found is None:
        raise Invalid(f"--{field} is a length like 90m, 4h or 2d; not {text[:40]}.", field=field)
    return timedelta(**{UNITS[found[2]]: int(found[1])})
