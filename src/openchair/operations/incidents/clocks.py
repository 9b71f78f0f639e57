"""What an incident has to reach by when. Pure: instants are given. All times are UTC.

Response and resolution: the contract's SEV table, or the slower P table of the first runbook where
the installation prefers it. Updates are due every 15 minutes. Escalation: the runbook's table.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

UPDATE_EVERY = timedelta(minutes=15)

RESPOND_WITHIN = {
    0: timedelta(minutes=5),
    1: timedelta(minutes=15),
    2: timedelta(hours=1),
    3: timedelta(hours=4),
    4: timedelta(hours=24),
}
RESPOND_WITHIN_SLOWER = {
    0: timedelta(minutes=15),
    1: timedelta(hours=1),
    2: timedelta(hours=4),
    3: timedelta(hours=24),
    4: timedelta(hours=24),
}
RESOLVE_WITHIN = {
    0: timedelta(hours=1),
    1: timedelta(hours=4),
    2: timedelta(hours=24),
    3: timedelta(hours=72),
    4: None,
}
"""None: with the next release."""

ESCALATE_AFTER = {
    "service_down": timedelta(minutes=15),
    "database": timedelta(minutes=30),
    "security": timedelta(0),
    "corruption": timedelta(0),
    "payments": timedelta(hours=1),
    "other": timedelta(hours=1),
}
"""By scenario, after the start; the next step comes after the same time again."""

NEXT_STEP_AT_LEAST = timedelta(minutes=15)
"""What escalates at once still leaves the person who was just told a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise: due when, kept when. `due` None means there is none."""

    due: datetime | None
    kept: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Whether it is past due and was not kept in time."""
        return self.due is not None and (self.kept or now) > self.due


def response_clock(
    *, severity: int, detected_at: datetime, acknowledged_at: datetime | None, slower: bool
) -> Clock:
    """Until when somebody has to take it on."""
    table = RESPOND_WITHIN_SLOWER if slower else RESPOND_WITHIN
    return Clock(detected_at + table[severity], acknowledged_at)


def resolution_clock(
    *, severity: int, detected_at: datetime, resolved_at: datetime | None
) -> Clock:
    """Until when it has to be over."""
    within = RESOLVE_WITHIN[severity]
    return Clock(detected_at + within if within is not None else None, resolved_at)


def next_escalation(
    *, scenario: str, started_at: datetime, step: int, escalated_at: datetime | None
) -> datetime:
    """When the next step is due; `step` counts those that were made."""
    after = ESCALATE_AFTER[scenario]
    if step == 0 or escalated_at is None:
        return started_at + after
    return escalated_at + max(after, NEXT_STEP_AT_LEAST)
