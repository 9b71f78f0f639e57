"""Refuses a body that is larger than this installation accepts, declared or streamed."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openchair.platform.edge.refusals import Unreadable
from openchair.platform.errors import TooLarge


class BodyLimit:
    """Raises `TooLarge` before reading what is declared too large, else while it arrives."""

    def __init__(self, app: ASGIApp, *, limit_bytes: int) -> None:
        self.app = app
        self.limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a `receive` that counts."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isascii() or not declared.isdigit():
            raise Unreadable("The header Content-Length is not a number.")
        if int(declared) > self.limit_bytes:
            raise self._too_large()
        received = 0

        async def count() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > self.limit_bytes:
                    raise self._too_large()
            return message

        await self.app(scope, count, send)

    def _too_large(self) -> TooLarge:
        return TooLarge(
            f"That is more than we read at once: at most {self.limit_bytes // 1024} kB, please."
        )
