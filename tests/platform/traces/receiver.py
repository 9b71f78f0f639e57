"""An OpenTelemetry receiver on a socket of the test's own: keeps the spans it is sent."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True)
class Received:
    """One span with its attributes as plain values; ids are hex, `parent` may be empty."""

    service: str
    name: str
    trace: str
    span: str
    parent: str
    attributes: dict[str, Any]


@dataclass
class Receiver:
    """Where it listens, and what came so far."""

    url: str
    spans: list[Received] = field(default_factory=list)

    async def wait_for(self, name: str, *, seconds: float = 40) -> Received:
        """The first span of this name. Fails when it does not come."""
        deadline = monotonic() + seconds
        while monotonic() < deadline:
            for each in list(self.spans):
                if each.name == name:
                    return each
            await asyncio.sleep(0.05)
        raise AssertionError(f"no {name} in {[each.name for each in self.spans]}")


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Listening until the block ends."""
    found = Receiver(url="")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path == "/v1/traces":
                found.spans.extend(_spans(body))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _spans(body: bytes) -> Iterator[Received]:
    sent = ExportTraceServiceRequest.FromString(body)
    for resource in sent.resource_spans:
        of = {each.key: each.value.string_value for each in resource.resource.attributes}
        for scope in resource.scope_spans:
            for each in scope.spans:
                yield Received(
                    service=of["service.name"],
                    name=each.name,
                    trace=each.trace_id.hex(),
                    span=each.span_id.hex(),
                    parent=each.parent_span_id.hex(),
                    attributes={
                        pair.key: getattr(pair.value, str(pair.value.WhichOneof("value")))
                        for pair in each.attributes
                    },
                )
