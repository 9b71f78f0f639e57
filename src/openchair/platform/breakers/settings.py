"""Settings of the circuit breakers."""

from pydantic import Field

from openchair.platform.settings.base import RoomSettings


class BreakerSettings(RoomSettings):
    """How long a provider that keeps failing is left alone."""

    breaker_cool_down_seconds: int = Field(
        default=30,
        ge=1,
        le=3600,
        description="how long a service that failed five times in a row is left alone before one"
        " call tries it again",
    )
