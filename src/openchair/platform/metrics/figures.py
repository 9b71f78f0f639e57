"""Figures of the whole house that no process counts: what probes measured, alerts, thresholds. The
metrics endpoint gathers them and `exposition.py` shows them beside what was counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

MEASURE = "openchair_measure"
ALERTS_OPEN = "openchair_alerts_open"
ALERT_ATTEMPTS = "openchair_alert_attempts_24h"
THRESHOLD = "openchair_threshold"
MISSING = "openchair_part_missing"

FIGURES = {
    MEASURE: "What the probes measured last, in the measure's own unit.",
    ALERTS_OPEN: "Alerts that are not over.",
    ALERT_ATTEMPTS: "Attempts to tell somebody of alerts, in the last 24 hours.",
    THRESHOLD: "From where on a measure is a warning, and from where on critical.",
    MISSING: "1 for each part of this answer that could not be had.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number; `name` is one of `FIGURES`."""

    name: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
