"""Settings of the traces."""

from pydantic import Field

from openchair.platform.settings.address import HttpAddress
from openchair.platform.settings.base import RoomSettings


class TraceSettings(RoomSettings):
    """Where traces go, if anywhere."""

    otlp_endpoint: HttpAddress = Field(
        default="",
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="address of an OpenTelemetry receiver (OTLP over HTTP), such as"
        " `http://localhost:4318`; without it no traces are made",
    )
    trace_sql: bool = Field(
        default=False,
        description="traces also hold every SQL statement, without its values; costs time",
    )
