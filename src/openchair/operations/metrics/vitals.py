"""How pages felt in visitors' browsers, of those who agreed: counted by kind of page and rating.

Called by the door for vitals. Nothing of the visitor is kept, not even which page of which salon.
"""

from dataclasses import dataclass
from typing import Literal

from openchair.platform.metrics.catalogue import VITAL_DURATION, VITAL_SHIFT

PageKind = Literal[
    "home",
    "services",
    "staff",
    "times",
    "details",
    "visit",
    "cancel",
    "move",
    "unsubscribe",
    "chooser",
    "other",
]
Name = Literal["LCP", "INP", "CLS", "FCP", "TTFB"]
Rating = Literal["good", "needs-improvement", "poor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vital:
    """One measurement: milliseconds, of CLS a score without unit."""

    name: Name
    value: float
    rating: Rating


def count_vitals(vitals: list[Vital], *, page: PageKind) -> None:
    """Count each under its page's kind."""
    for vital in vitals:
        if vital.name == "CLS":
            VITAL_SHIFT.of(page, vital.rating).observe(vital.value)
        else:
            VITAL_DURATION.of(vital.name, page, vital.rating).observe(vital.value / 1000)
