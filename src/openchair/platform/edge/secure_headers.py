"""Headers that tell a browser what an answer may not do. An answer that sets its own keeps it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(self)"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
POLICY = b"content-security-policy"
PAGES = (
    b"default-src 'self'; img-src 'self' data:; "
    b"object-src 'none'; base-uri 'none'; "
    b"form-action 'self'; frame-ancestors 'none'"
)
DATA = b"default-src 'none'; frame-ancestors 'none'"
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class SecureHeaders:
    """Adds what is missing; Strict-Transport-Security only where the client came by https."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Bytes as ASGI has them, names in lower case: every answer passes here.
                headers = message["headers"] = list(message.get("headers", ()))
                there = dict(headers)
                page = there.get(b"content-type", b"").startswith(b"text/html")
                wanted = [*ALWAYS, (POLICY, PAGES if page else DATA)]
                if scope["scheme"] == "https":
                    wanted.append(HSTS)
                headers += [(name, value) for name, value in wanted if name not in there]
            await send(message)

        await self.app(scope, receive, add)
