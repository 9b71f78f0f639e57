"""Settings of redriving dead letters."""

from pydantic import Field

from openchair.notifications.dead_letters.rules import HIGHEST_RATE
from openchair.platform.settings.base import RoomSettings


class RedriveSettings(RoomSettings):
    """How fast letters are let out again, and when that stops by itself."""

    redrive_rate_per_minute: int = Field(
        default=60,
        ge=1,
        le=HIGHEST_RATE,
        description="dead letters that a redrive lets out in a minute, once its first one arrived",
    )
    redrive_most_failures: int = Field(
        default=3,
        ge=1,
        le=10,
        description="a redrive stops when as many of its last ten letters failed again",
    )
