"""How bad an incident is: one scale, SEV-0 (worst) to SEV-4, whatever it is called.

The runbooks speak of P0 to P3 and of SEV-0 to SEV-4; alerts of critical to low. All are accepted
at every door. The impact matrix proposes; a person decides.
"""

import re
from enum import IntEnum
from typing import Literal

from openchair.platform.errors import Invalid


class Reach(IntEnum):
    """Who feels it."""

    NOBODY = 0
    SOME = 1
    MANY = 2
    EVERYBODY = 3


class Harm(IntEnum):
    """What it does to them."""

    LOOKS = 0
    HINDERED = 1
    BROKEN = 2
    LOST = 3


MATRIX = {
    Harm.LOOKS: (4, 4, 3, 3),
    Harm.HINDERED: (4, 3, 2, 2),
    Harm.BROKEN: (3, 2, 1, 0),
    Harm.LOST: (2, 1, 0, 0),
}
"""For each harm the severity by reach, nobody first. Lost: data, money or trust is gone."""

WORDS = {
    0: "complete outage, or data at risk",
    1: "an important part is broken",
    2: "a part is degraded",
    3: "a small fault",
    4: "cosmetic",
}
ALERT_SEVERITY: dict[int, Literal["critical", "high", "medium", "low"]] = {
    0: "critical",
    1: "high",
    2: "medium",
    3: "low",
    4: "low",
}
_BY_NAME = {"critical": 0, "high": 1, "error": 1, "medium": 2, "warning": 2, "low": 3, "info": 4}
_NUMBERED = re.compile(r"(?:(?:sev|p)[- ]?)?([0-4])", re.IGNORECASE)


def propose(*, harm: Harm, reach: Reach) -> int:
    """What the matrix says, 0 to 4."""
    return MATRIX[harm][reach]


def read_severity(given: str) -> int:
    """`SEV-1`, `sev1`, `P1`, `1` or `high` → 1. P3 is the least of its scale. Raises `Invalid`."""
    words = given.strip().lower()
    if words in _BY_NAME:
        return _BY_NAME[words]
    match = _NUMBERED.fullmatch(words)
    if match is None or words in {"p4", "p-4", "p 4"}:
        raise Invalid(
            f"{given[:40]!r} is no severity. Please say SEV-0 to SEV-4, or P0 to P3.",
            field="severity",
            code="severity_unknown",
        )
    return int(match[1])


def shown(severity: int) -> str:
    """`SEV-1`."""
    return f"SEV-{severity}"


def shown_as_p(severity: int) -> str:
    """`P1`, as the e-mail template of the runbook has it; its least is P3."""
    return f"P{min(severity, 3)}"
