"""HTTP connections that can be cut: an HTTP server would otherwise always answer something."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SCOPE_KEY = "openchair_sandbox.transport"


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's own protocol, which tells the application its connection."""

    def on_message_begin(self) -> None:
        """Called for each request on the connection."""
        super().on_message_begin()
        self.scope[SCOPE_KEY] = self.transport  # type: ignore[literal-required]


async def hang_up(request: Request) -> Response:
    """Reset the connection; nobody reads the response that is given back for form's sake."""
    request.scope[SCOPE_KEY].abort()
    await asyncio.sleep(0.01)  # until the server has noticed, and drops the response
    return Response(status_code=500)
