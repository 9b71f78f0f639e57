"""The outermost layer of the web process, plain ASGI: correlation id in, out, one log line, and a
count (platform/metrics/requests.py).

It never reads a body and never turns a failure into an answer.
"""

from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openchair.platform import correlation
from openchair.platform.logging.setup import logger
from openchair.platform.metrics import requests

QUIET_PREFIXES = ("/static/", "/api/health")
NO_STATUS = 0

log = logger("openchair.requests")


class RequestLog:
    """Adopts or makes `X-Correlation-Id`, echoes it, and logs method, path, status, duration."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's own signature; only `http` is touched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        token = correlation.adopt(Headers(scope=scope).get(correlation.HEADER))
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
            await self.app(scope, receive, send_with_id)
        finally:
            seconds = perf_counter() - started
            requests.end(scope, status=status, seconds=seconds)
            _tell(scope, status, seconds)
            correlation.release(token)


def _tell(scope: Scope, status: int, seconds: float) -> None:
    path = scope["path"]
    if path.startswith(QUIET_PREFIXES) and status < 500:
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
