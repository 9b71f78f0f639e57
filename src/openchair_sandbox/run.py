"""Starts every stand-in of the sandbox in one event loop and stops them together.

A new stand-in (SMS, Stripe, …) is a folder beside `mailbox/` with its routes, added in `build_app`.
"""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from openchair_sandbox.mailbox import api, pages
from openchair_sandbox.mailbox.store import MailStore
from openchair_sandbox.smtp.server import SmtpServer


async def run(*, host: str, http_port: int, smtp_port: int, data: Path, keep: int) -> None:
    """Serve SMTP and HTTP until a signal asks to stop; what was accepted stays in `data`."""
    store = MailStore(data / "mailbox.sqlite3", keep=keep)
    smtp = SmtpServer(store=store, host=host, port=smtp_port)
    http = Server(
        uvicorn.Config(
            build_app(store=store),
            host=host,
            port=http_port,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=2,
        )
    )
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, http.ask_to_stop)
    await smtp.start()
    try:
        await http.serve()
    finally:
        await smtp.stop()
        store.close()


class Server(uvicorn.Server):
    """Leaves the signals to `run`, which has more than HTTP to close."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The inherited way would end the process at once after HTTP is closed."""
        yield

    def ask_to_stop(self) -> None:
        """Finish the answers that are being given, then return from `serve`."""
        self.should_exit = True


def build_app(*, store: MailStore) -> Starlette:
    """The HTTP side of the sandbox: the mailbox page and its JSON for tests."""
    app = Starlette(routes=[*pages.routes(), *api.routes()])
    app.state.store = store
    return app
