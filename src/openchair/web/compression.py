"""Compresses the public pages. Static files are compressed at build time; consoles keep
their pages as they are (they carry a form token: BREACH), and the API's answers are small.
"""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

LEAST_BYTES = 800
LEVEL = 6
AS_THEY_ARE = ("/api", "/console", "/ops", "/static")


class CompressPages:
    """gzip for what a visitor reads."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.compressed = GZipMiddleware(app, minimum_size=LEAST_BYTES, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, compressed or as it is."""
        plain = scope["type"] != "http" or scope["path"].startswith(AS_THEY_ARE)
        await (self.app if plain else self.compressed)(scope, receive, send)
