"""Lets scripts of other sites call what is meant for everybody (CORS, WHATWG Fetch 3.2).

Only for addresses that neither read nor set a cookie: the origin is `*`, without credentials.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, DELETE",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key, X-Correlation-Id",
    "Access-Control-Max-Age": "86400",
}
EXPOSED = "X-Correlation-Id, Retry-After, Idempotent-Replayed, Location"


class CrossOrigin:
    """Answers the preflight, and says of every other answer that all origins may read it."""

    def __init__(self, app: ASGIApp, *, prefixes: Sequence[str]) -> None:
        self.app = app
        self.prefixes = tuple(prefixes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight; pass anything else on and mark its answer."""
        if scope["type"] != "http" or not scope["path"].startswith(self.prefixes):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
            return

        async def allow(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                answered["Access-Control-Allow-Origin"] = "*"
                answered["Access-Control-Expose-Headers"] = EXPOSED
            await send(message)

        await self.app(scope, receive, allow)
