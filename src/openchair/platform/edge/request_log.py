"""The outermost layer of the web process, plain ASGI: correlation id in, out, one log line, and a
count (platform/metrics/requests.py).

It never reads a body and never turns a failure into an answer.
"""

from time import perf_counter
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openchair.platform import correlation
from openchair.platform.logging.setup import logger
from openchair.platform.metrics import requests
from openchair.platform.traces import ids
from openchair.platform.traces.span import span

QUIET_PREFIXES = ("/static/", "/api/health")
NO_STATUS = 0

log = logger("openchair.requests")


class RequestLog:
    """Adopts `X-Correlation-Id` or the trace of a `traceparent`, or makes an id; echoes it, counts,
    and logs method, path, status, duration.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's own signature; only `http` is touched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        parent = headers.get(ids.HEADER)
        offered = headers.get(correlation.HEADER)
        token = correlation.adopt(offered or ids.trace_of(parent))
        started = perf_counter()
        requests.begin()
        status = NO_STATUS

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[correlation.HEADER] = correlation.current()
            await send(message)

        try:
            with span(scope["method"], kind="server", parent=parent) as traced:
                try:
                    await self.app(scope, receive, send_with_id)
                finally:
                    if traced is not None:
                        _name(traced, scope, status)
        finally:
            seconds = perf_counter() - started
            requests.end(scope, status=status, seconds=seconds)
            # Who gives a request a name wants to find it, also where we are quiet otherwise.
            _tell(scope, status, seconds, named=offered == correlation.current())
            correlation.release(token)


def _name(traced: Any, scope: Scope, status: int) -> None:
    """What is known of the request only when it is over: the names are OpenTelemetry's."""
    template = requests.template_of(scope)
    traced.update_name(f"{scope['method']} {template}")
    traced.set_attributes(
        {
            "http.request.method": scope["method"],
            "http.route": template,
            "http.response.status_code": status,
        }
    )


def _tell(scope: Scope, status: int, seconds: float, *, named: bool) -> None:
    path = scope["path"]
    if path.startswith(QUIET_PREFIXES) and status < 500 and not named:
        return
    client = scope.get("client")
    log.info(
        "request",
        method=scope["method"],
        path=path,
        status=status,
        milliseconds=round(seconds * 1000, 1),
        address=client[0] if client else None,
    )
