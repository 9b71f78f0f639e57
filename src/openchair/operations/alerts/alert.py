"""One alert, as the watcher thinks of it and as pages show it. Plain data, pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from openchair.operations.alerts.notice import Channel, Severity

Status = Literal["pending", "firing", "resolved"]
LONGEST_TEXT = 500
MOST_CHANGES = 20
IN_STORM = "in_storm"
"""A label of what a storm held and told of as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """From its first sign (`started_at`) over `fired_at` to `resolved_at`; `seen_at` is when it
    was last known to be so. `count` are its occurrences, `held_back` those of them that were not
    told since `told_at`. `held_by` says why it is not told now: the name of another alert,
    `silence`, `storm`, `flapping`, or nothing. `changes` are the moments it began or ended lately.
    """

    id: UUID
    fingerprint: str
    name: str
    component: str
    severity: Severity
    status: Status
    title: str
    summary: str
    started_at: datetime
    seen_at: datetime
    value: float | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    count: int = 1
    held_back: int = 0
    told: int = 0
    told_at: datetime | None = None
    told_on: tuple[Channel, ...] = ()
    fired_at: datetime | None = None
    resolved_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    acknowledged_until: datetime | None = None
    held_by: str | None = None
    changes: tuple[datetime, ...] = ()
    incident_id: UUID | None = None
    correlation_id: str | None = None

    @property
    def is_firing(self) -> bool:
        """Whether it holds and has lasted long enough."""
        return self.status == "firing"

    @property
    def was_told(self) -> bool:
        """Whether somebody was told since it fired this time."""
        return (
            self.told_at is not None and self.fired_at is not None and self.told_at >= self.fired_at
        )

    def is_acknowledged(self, now: datetime) -> bool:
        """Whether somebody has taken it on, and that has not expired."""
        return self.acknowledged_until is not None and self.acknowledged_until > now


def fingerprint_of(*, title: str, component: str, action: str, severity: str) -> str:
    """What makes two alerts the same one: a hash of the four, as the runbooks want it."""
    text = f"{title}\x1f{component}\x1f{action}\x1f{severity}"
    return hashlib.sha256(text.encode()).hexdigest()
