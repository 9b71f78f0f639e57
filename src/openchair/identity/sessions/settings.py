"""How long a log-in lasts and how often one may be tried."""

from datetime import timedelta

from pydantic import Field

from openchair.platform.settings.base import RoomSettings


class SessionSettings(RoomSettings):
    """Sessions of the team. The limit by address stands with the other limits by address."""

    session_idle_minutes: int = Field(
        default=720, ge=5, le=43_200, description="minutes without a page after which a log-in ends"
    )
    session_hours: int = Field(
        default=168, ge=1, le=2_160, description="hours after which a log-in ends in any case"
    )
    limit_logins_per_account: int = Field(
        default=10, ge=1, description="log-ins tried for one e-mail address in 15 minutes"
    )

    @property
    def idle(self) -> timedelta:
        """The longest pause."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def longest(self) -> timedelta:
        """The longest session."""
        return timedelta(hours=self.session_hours)
