"""Starts every stand-in of the sandbox in one event loop and stops them together."""

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from openchair_sandbox.app import Options, build_app
from openchair_sandbox.database import open_database
from openchair_sandbox.smtp.server import SmtpServer
from openchair_sandbox.transport import CuttableProtocol


async def run(options: Options) -> None:
    """Serve SMTP and HTTP until a signal asks to stop; what was accepted stays in `data`."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd's: a line for each command
    database = open_database(options.data / "mailbox.sqlite3")
    app = build_app(options, database=database)
    servers = [
        SmtpServer(
            name=name,
            store=app.state.mails,
            faults=app.state.faults,
            host=options.host,
            port=port,
        )
        for name, port in options.smtp_ports.items()
    ]
    http = Server(
        uvicorn.Config(
            app,
            host=options.host,
            port=options.http_port,
            http=CuttableProtocol,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
        )
    )
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, http.ask_to_stop)
    for target, name in options.faults:
        await app.state.faults.put(target=target, name=name)
    for server in servers:
        await server.start()
    app.state.callbacks.resume()
    try:
        await http.serve()
    finally:
        for server in servers:
            await server.stop()
        await app.state.callbacks.close()
        database.close()


class Server(uvicorn.Server):
    """Leaves the signals to `run`, which has more than HTTP to close."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The inherited way would end the process at once after HTTP is closed."""
        yield

    def ask_to_stop(self) -> None:
        """Finish the answers that are being given, then return from `serve`."""
        self.should_exit = True
