"""Settings of relief: which sessions may be ended when connections run out."""

from pydantic import Field

from openchair.platform.settings.base import RoomSettings


class ReliefSettings(RoomSettings):
    """Read by `operations/health/relief.py`."""

    idle_transaction_seconds: int = Field(
        default=30,
        ge=1,
        le=86_400,
        description="when connections run out, sessions that sit idle inside a transaction for"
        " longer than this are ended, ours first, in seconds",
    )
