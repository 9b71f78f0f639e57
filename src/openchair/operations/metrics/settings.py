"""Settings of our own time series."""

from pydantic import Field

from openchair.platform.settings.base import RoomSettings


class MetricSettings(RoomSettings):
    """How often each process writes down what it counted."""

    metrics_seconds: float = Field(
        default=15.0,
        ge=0.2,
        le=60,
        description="how often each process writes what it counted into the time series, in"
        " seconds",
    )
