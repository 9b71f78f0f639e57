"""Starts every stand-in of the sandbox in one event loop and stops them together.

A new stand-in (Stripe, …) is a folder beside `twilio/` with its routes, added in `build_app`.
"""

import asyncio
import logging
import signal
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from openchair_sandbox.credentials import Credentials
from openchair_sandbox.database import open_database
from openchair_sandbox.faults import api as faults_api
from openchair_sandbox.faults.board import FaultBoard
from openchair_sandbox.mailbox import api as mailbox_api
from openchair_sandbox.mailbox import pages as mailbox_pages
from openchair_sandbox.mailbox.store import MailStore
from openchair_sandbox.sms import api as sms_api
from openchair_sandbox.sms.callbacks import Callbacks, Carrier
from openchair_sandbox.sms.store import SmsStore
from openchair_sandbox.smtp.server import SmtpServer
from openchair_sandbox.transport import CuttableProtocol
from openchair_sandbox.twilio import messages as twilio_messages
from openchair_sandbox.twilio import resource as twilio_resource


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line said. `smtp_ports` by the server's name, `faults` as target, name."""

    host: str
    http_port: int
    smtp_ports: Mapping[str, int]
    data: Path
    keep: int
    callback_delay: float
    faults: tuple[tuple[str, str], ...]
    credentials: Credentials


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


def build_app(options: Options, *, database: sqlite3.Connection) -> Starlette:
    """The HTTP side of the sandbox: pages for people, providers for the product, JSON for tests."""
    app = Starlette(
        routes=[
            *mailbox_pages.routes(),
            *mailbox_api.routes(),
            *faults_api.routes(),
            *sms_api.routes(),
            *twilio_messages.routes(),
        ]
    )
    known = options.credentials
    app.state.credentials = known
    app.state.faults = FaultBoard()
    app.state.mails = MailStore(database, keep=options.keep)
    app.state.sms = SmsStore(database, keep=options.keep)
    app.state.callbacks = Callbacks(
        store=app.state.sms,
        delay_seconds=options.callback_delay,
        carriers={
            "twilio": Carrier(
                steps=twilio_resource.STEPS,
                undelivered=twilio_resource.UNDELIVERED,
                write=partial(
                    twilio_resource.callback,
                    account=known.twilio_account_sid,
                    token=known.twilio_auth_token,
                ),
            )
        },
    )
    return app
