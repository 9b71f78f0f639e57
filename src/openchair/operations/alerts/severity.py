"""How bad it is: four severities, and the other names that runbooks have for them. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final, get_args

from openchair.operations.alerts.notice import Severity
from openchair.platform.errors import Invalid

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""The worst first."""

ALIASES: Final[Mapping[str, Severity]] = {
    "error": "high",
    "warning": "medium",
    "info": "low",
    "p0": "critical",
    "p1": "high",
    "p2": "medium",
    "p3": "low",
    "sev-0": "critical",
    "sev-1": "high",
    "sev-2": "medium",
    "sev-3": "low",
    "sev-4": "low",
}


class UnknownSeverity(Invalid):
    """Not one of ours; the runbooks want a 400 for it."""

    status = 400
    code = "severity_not_known"


def read_severity(said: str) -> Severity:
    """The severity that is meant: ours, `warning`, `P1` or `SEV-2`. Raises `UnknownSeverity`."""
    word = said.strip().lower()
    for each in SEVERITIES:
        if word == each:
            return each
    if word in ALIASES:
        return ALIASES[word]
    raise UnknownSeverity(
        f"There is no severity {said[:40]}. It is {', '.join(SEVERITIES)}; also warning, error,"
        " info, P0 to P3 or SEV-0 to SEV-4.",
        field="severity",
    )


def badness(severity: str) -> int:
    """0 for the worst; for sorting."""
    return [*SEVERITIES, severity].index(severity)


def worst(severities: Iterable[Severity]) -> Severity:
    """The worst of at least one."""
    return min(severities, key=badness)
