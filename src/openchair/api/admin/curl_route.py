"""A route for the runbooks' curl lines: `curl -d '{…}'` says that its JSON is a form.

Such a body is read as the JSON it is. Safe here, where only a token opens: no page of another site
can send one.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from openchair.api.answers import JSON
from openchair.api.strict_route import StrictRoute

AS_CURL_SAYS = b"application/x-www-form-urlencoded"


class CurlRoute(StrictRoute):
    """A strict route that does not mind what curl calls a body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The strict handler, after the body was called JSON."""
        handle = super().get_route_handler()

        async def read_as_json(request: Request) -> Response:
            return await handle(Request(_said_json(request.scope), request.receive))

        return read_as_json


def _said_json(scope: Scope) -> Scope:
    headers = [
        (name, JSON.encode() if name == b"content-type" and value == AS_CURL_SAYS else value)
        for name, value in scope["headers"]
    ]
    return {**scope, "headers": headers}
