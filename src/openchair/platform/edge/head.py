"""Answers HEAD wherever GET is answered, as RFC 9110 section 9.3.2 asks."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openchair.platform.metrics.requests import STREAM, TEMPLATE, template_of


class Head:
    """Asks the app for GET and keeps the body back."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, HEAD as GET."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        as_get = {**scope, "method": "GET"}
        try:
            await self.app(as_get, receive, without_body)
        finally:
            scope[TEMPLATE] = template_of(as_get)  # for the layer outside, which counts by it
            if STREAM in as_get:
                scope[STREAM] = True
