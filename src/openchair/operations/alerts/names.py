"""Names of rules and heartbeats: what they may look like, and which one was meant. Pure."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from openchair.platform.errors import Invalid

LONGEST = 80
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def checked_name(name: str, *, field: str = "name") -> str:
    """The name, if it is letters, digits, `-`, `_` and `.`, at most eighty. Raises `Invalid`."""
    if len(name) > LONGEST or not _NAME.fullmatch(name):
        raise Invalid(
            f"A name has letters, digits, -, _ and ., at most {LONGEST}, such as"
            " high-response-time.",
            field=field,
            code="alert_name_invalid",
        )
    return name


def near_names(name: str, known: Iterable[str]) -> str:
    """A sentence with the names that are near, or where all of them stand."""
    near = get_close_matches(name[:LONGEST], list(known), n=3, cutoff=0.5)
    return f" Did you mean {', '.join(near)}?" if near else " See: openchair alerts rules"
