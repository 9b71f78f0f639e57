"""The one place that asks what time it is. Doors call it and pass the answer down."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
