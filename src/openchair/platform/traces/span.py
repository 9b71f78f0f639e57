"""Spans: what took how long within one trace, exported by OTLP over HTTP (OpenTelemetry).

Off unless `start` was called with somewhere to send them; then `span` costs next to nothing and the
SDK is not even imported. Never waits for the receiver: what it cannot take is dropped.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Literal

from openchair.platform import correlation
from openchair.platform.traces import ids

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

EXPORT_SECONDS = 3.0
Kind = Literal["server", "client", "producer", "consumer", "internal"]
Values = Mapping[str, str | int | float | bool]

NOTHING: AbstractContextManager[None] = nullcontext()
_tracer: "Tracer | None" = None
_provider: "TracerProvider | None" = None


def start(*, endpoint: str, process: str, version: str) -> None:
    """Make spans from now on and send them to `endpoint`. Without an endpoint nothing happens."""
    global _provider, _tracer  # noqa: PLW0603 -- one exporter a process, as the SDK has it
    if not endpoint or _provider is not None:
        return
    from openchair.platform.traces.export import provider_to  # noqa: PLC0415 -- costs 0.5 s

    _provider = provider_to(
        endpoint=endpoint, process=process, version=version, seconds=EXPORT_SECONDS
    )
    _tracer = _provider.get_tracer("openchair")


def stop() -> None:
    """Send what is left, for a few seconds at most."""
    global _provider, _tracer  # noqa: PLW0603 -- as above
    if _provider is not None:
        _provider.shutdown()
    _provider = _tracer = None


def is_on() -> bool:
    """Whether spans are made."""
    return _tracer is not None


def span(
    name: str,
    *,
    kind: Kind = "internal",
    parent: str | None = None,
    attributes: Values | None = None,
) -> "AbstractContextManager[Span | None]":
    """A span around the block; None when off. `parent` is a `traceparent` from elsewhere, which
    counts if it is of the same trace. What the block raises is noted and raised on.
    """
    if _tracer is None:
        return NOTHING
    return _span(_tracer, name, kind, parent, attributes)


def past_span(name: str, *, began: int, attributes: Values) -> None:
    """A call that is over by now, within what is going on; `began` in nanoseconds since 1970."""
    if _tracer is None:
        return
    from opentelemetry.trace import SpanKind  # noqa: PLC0415 -- only when on

    found = _tracer.start_span(
        name, kind=SpanKind.CLIENT, attributes=dict(attributes), start_time=began
    )
    found.end()


def header() -> str | None:
    """The `traceparent` of what is going on; None when off or outside any span."""
    if _tracer is None:
        return None
    from opentelemetry.trace import get_current_span  # noqa: PLC0415 -- only when on

    found = get_current_span().get_span_context()
    if not found.is_valid:
        return None
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{int(found.trace_flags):02x}"


def headers() -> dict[str, str]:
    """The same as a header to send along; empty when off."""
    value = header()
    return {ids.HEADER: value} if value else {}


@contextmanager
def _span(
    tracer: "Tracer", name: str, kind: Kind, parent: str | None, attributes: Values | None
) -> "Iterator[Span]":
    from opentelemetry.trace import SpanKind  # noqa: PLC0415 -- only when on

    noted: dict[str, Any] = {"correlation_id": correlation.current(), **(attributes or {})}
    with tracer.start_as_current_span(
        name, context=_within(parent), kind=SpanKind[kind.upper()], attributes=noted
    ) as found:
        yield found


def _within(parent: str | None) -> "Context | None":
    """The context of a parent elsewhere; None for the one that is going on here."""
    read = ids.read(parent)
    if read is None or read[0] != ids.trace_id():
        return None
    from opentelemetry.trace import (  # noqa: PLC0415 -- only when on
        NonRecordingSpan,
        SpanContext,
        TraceFlags,
        set_span_in_context,
    )

    trace, of, sampled = read
    remote = SpanContext(
        int(trace, 16), int(of, 16), is_remote=True, trace_flags=TraceFlags(sampled)
    )
    return set_span_in_context(NonRecordingSpan(remote))
