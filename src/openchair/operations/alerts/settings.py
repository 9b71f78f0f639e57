"""Settings of the alerting: how often something is told again, and limits that no runbook names.

The runbooks' thresholds stand in `platform/settings/thresholds.py`, addresses in `channels/`.
"""

from datetime import timedelta

from pydantic import Field

from openchair.platform.settings.base import RoomSettings


class AlertSettings(RoomSettings):
    """When telling repeats, ends and is forgotten."""

    alert_throttle_minutes: int = Field(
        default=15,
        ge=1,
        le=1440,
        validation_alias="ALERT_THROTTLE_MINUTES",
        description="an alert is told at most once in so many minutes; critical and high ones are"
        " told again after them until someone acknowledges",
        json_schema_extra={"old_name": "VITE_ALERT_THROTTLE_MINUTES"},
    )
    alert_ack_hours: int = Field(
        default=4,
        ge=1,
        le=72,
        description="an acknowledgement ends after so many hours, and it is told again",
    )
    alert_days: int = Field(
        default=180, ge=7, le=3660, description="days that alerts which are over are kept"
    )
    alert_attempt_days: int = Field(
        default=90, ge=7, le=3660, description="days that attempts to tell are kept"
    )
    alert_clock_skew_ms: int = Field(
        default=2000, ge=100, description="our clock and the database's differ, in ms: alert above"
    )
    alert_blocked_queries: int = Field(
        default=3,
        ge=1,
        description="statements that wait for a lock while a transaction lasts over a second: alert"
        " from",
    )
    alert_pool_percent: float = Field(
        default=95, gt=0, le=100, description="fullest pool of connections, in %: alert from here"
    )
    alert_failed_logins: int = Field(
        default=50, ge=1, description="log-ins that failed in 15 minutes: alert above"
    )
    alert_bounces: int = Field(
        default=10, ge=1, le=500, description="messages that came back in 15 minutes: alert from"
    )
    alert_deferred: int = Field(
        default=20, ge=1, description="mails that a server put off in 15 minutes: alert above"
    )
    alert_queue_minutes: int = Field(
        default=10, ge=1, description="a message that is due waits so many minutes: alert above"
    )

    @property
    def throttle(self) -> timedelta:
        """The least time between two notices of the same alert."""
        return timedelta(minutes=self.alert_throttle_minutes)
