"""A silence: what it fits, and when it is about to end. Plain data, pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from openchair.operations.alerts.alert import Alert

WARN_BEFORE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Nobody is told of what fits until `ends_at`. A matcher that is None fits everything."""

    id: UUID
    name: str | None
    component: str | None
    severity: str | None
    reason: str
    created_by: str
    starts_at: datetime
    ends_at: datetime
    warned_at: datetime | None = None
    ended_at: datetime | None = None

    def fits(self, *, name: str, component: str, severity: str) -> bool:
        """Whether something of these is meant."""
        wanted = (
            (self.name, name),
            (self.component, component),
            (self.severity, severity),
        )
        return all(matcher in {None, value} for matcher, value in wanted)

    def is_active(self, now: datetime) -> bool:
        """Whether it holds at `now`."""
        return self.starts_at <= now < (self.ended_at or self.ends_at)

    def silences(self, alert: Alert, *, now: datetime) -> bool:
        """Whether nobody is told of this alert now."""
        return self.is_active(now) and self.fits(
            name=alert.name, component=alert.component, severity=alert.severity
        )

    def should_warn(self, now: datetime) -> bool:
        """Whether it ends within ten minutes, and nobody was told. Not if it is hardly longer."""
        return (
            self.is_active(now)
            and self.warned_at is None
            and self.ends_at - now <= WARN_BEFORE < self.ends_at - self.starts_at
        )
