"""Something outside that has to be heard from, as the watcher thinks of it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from openchair.operations.alerts.builtin.alerting import HEARTBEAT
from openchair.operations.alerts.notice import Severity
from openchair.operations.alerts.state import Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """`name` has to be heard every `every_seconds`; `is_late` once `grace_seconds` more passed."""

    name: str
    every_seconds: int
    grace_seconds: int
    severity: Severity
    heard_at: datetime
    created_at: datetime
    is_late: bool

    @property
    def due_at(self) -> datetime:
        """Until when it has to be heard, with its grace."""
        return self.heard_at + timedelta(seconds=self.every_seconds + self.grace_seconds)


def sign_of(heartbeat: Heartbeat) -> Sign:
    """Whether it fell silent."""
    return Sign(
        name=HEARTBEAT,
        component="heartbeat",
        severity=heartbeat.severity,
        action=heartbeat.name,
        holds=heartbeat.is_late,
        summary=f"{heartbeat.name} was last heard {heartbeat.heard_at:%Y-%m-%d %H:%M:%S} UTC; it is"
        f" due every {heartbeat.every_seconds} s.",
        labels={"heartbeat": heartbeat.name},
    )
