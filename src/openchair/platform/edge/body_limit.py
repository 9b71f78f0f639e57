"""Refuses a body that is larger than this installation accepts, declared or streamed. Addresses
that take files accept more than the others.
"""

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openchair.platform.edge.refusals import Unreadable
from openchair.platform.errors import TooLarge


class BodyLimit:
    """Raises `TooLarge` before reading what is declared too large, else while it arrives."""

    def __init__(
        self, app: ASGIApp, *, limit_bytes: int, file_bytes: int = 0, files: str = ""
    ) -> None:
        self.app = app
        self.limit_bytes = limit_bytes
        self.file_bytes = file_bytes
        self.files = re.compile(files) if files else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a `receive` that counts."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self.app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isascii() or not declared.isdigit():
            raise Unreadable("The header Content-Length is not a number.")
        if int(declared) > limit:
            raise _too_large(limit)
        received = 0

        async def count() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > limit:
                    raise _too_large(limit)
            return message

        await self.app(scope, count, send)

    def _limit(self, path: str) -> int:
        """How much this address takes: `files` is a pattern of whole paths."""
        takes_files = self.files is not None and self.files.fullmatch(path)
        return max(self.file_bytes, self.limit_bytes) if takes_files else self.limit_bytes


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"That is more than we read at once: at most {limit // 1024} kB, please.")
