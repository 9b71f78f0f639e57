"""`python -m benchmarks.unobserved FD`: the web process without anything that observes it, to hold
the product against. Everything it does for its callers is the product's.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openchair import main
from openchair.platform import correlation
from openchair.platform.edge import install


class CorrelatedOnly:
    """The outermost layer without its log line, its count and its span."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adopt the id, and echo it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        token = correlation.adopt(Headers(scope=scope).get(correlation.HEADER))

        async def echo(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[correlation.HEADER] = correlation.current()
            await send(message)

        try:
            await self.app(scope, receive, echo)
        finally:
            correlation.release(token)


@asynccontextmanager
async def nobody_looks(*_: Any, **__: Any) -> AsyncIterator[None]:
    """In the place of `observed`."""
    yield


if __name__ == "__main__":
    setattr(install, "RequestLog", CorrelatedOnly)  # noqa: B010 -- the names are the product's
    setattr(main, "observed", nobody_looks)  # noqa: B010 -- as above
    main.serve(int(sys.argv[1]))
