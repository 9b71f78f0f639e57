"""The OpenTelemetry SDK, put together: imported by `span.start` and only when traces are wanted."""

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from openchair.platform.metrics.process import INSTANCE
from openchair.platform.traces.ids import trace_id

MOST_WAITING = 4096
BATCH = 512
EVERY_MS = 2000


class CorrelatedIds(RandomIdGenerator):
    """A new trace bears the correlation id as its own."""

    def generate_trace_id(self) -> int:
        """See `ids.trace_id`."""
        return int(trace_id(), 16)


def provider_to(*, endpoint: str, process: str, version: str, seconds: float) -> TracerProvider:
    """Sends to `endpoint`/v1/traces every two seconds, each batch within `seconds`; at most 4096
    spans wait.
    """
    provider = TracerProvider(
        resource=Resource.create(
            {
                "service.name": f"openchair-{process}",
                "service.version": version,
                "service.instance.id": INSTANCE,
            }
        ),
        id_generator=CorrelatedIds(),
    )
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=seconds)
    provider.add_span_processor(
        BatchSpanProcessor(
            exporter,
            max_queue_size=MOST_WAITING,
            max_export_batch_size=BATCH,
            schedule_delay_millis=EVERY_MS,
        )
    )
    return provider
