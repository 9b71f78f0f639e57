"""Settings of the traces."""

from pydantic import Field, field_validator

from openchair.platform.settings.base import RoomSettings


class TraceSettings(RoomSettings):
    """Where traces go, if anywhere."""

    otlp_endpoint: str = Field(
        default="",
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="address of an OpenTelemetry receiver (OTLP over HTTP), such as"
        " `http://localhost:4318`; without it no traces are made",
    )
    trace_sql: bool = Field(
        default=False,
        description="traces also hold every SQL statement, without its values; costs time",
    )

    @field_validator("otlp_endpoint")
    @classmethod
    def must_be_address(cls, value: str) -> str:
        """An address without a trailing slash."""
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("it has to begin with https:// or http://")
        return value.rstrip("/")
