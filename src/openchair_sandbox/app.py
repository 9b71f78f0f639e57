"""The HTTP side of the sandbox: pages for people, providers for the product, JSON for tests.

Built once by `run.py`. A new stand-in (Stripe, …) is a folder beside `twilio/`, added here.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.applications import Starlette

from openchair_sandbox.credentials import Credentials
from openchair_sandbox.faults import api as faults_api
from openchair_sandbox.faults import pages as faults_pages
from openchair_sandbox.faults.board import FaultBoard
from openchair_sandbox.heartbeats import pages as heartbeats_pages
from openchair_sandbox.heartbeats import receive as heartbeats
from openchair_sandbox.heartbeats.receive import heartbeat_store
from openchair_sandbox.heartbeats.store import HeartbeatStore
from openchair_sandbox.mailbox import api as mailbox_api
from openchair_sandbox.mailbox import pages as mailbox_pages
from openchair_sandbox.mailbox.api import mail_store
from openchair_sandbox.mailbox.store import MailStore
from openchair_sandbox.pages import delete
from openchair_sandbox.pages import page as pages
from openchair_sandbox.slack import receive as slack
from openchair_sandbox.sms import api as sms_api
from openchair_sandbox.sms import pages as sms_pages
from openchair_sandbox.sms.api import sms_store
from openchair_sandbox.sms.callbacks import Callbacks, Carrier
from openchair_sandbox.sms.store import SmsStore
from openchair_sandbox.twilio import messages as twilio_messages
from openchair_sandbox.twilio import resource as twilio_resource
from openchair_sandbox.vonage import messages as vonage_messages
from openchair_sandbox.vonage import reports as vonage_reports
from openchair_sandbox.vonage import resource as vonage_resource
from openchair_sandbox.webhooks import api as webhooks_api
from openchair_sandbox.webhooks import pages as webhooks_pages
from openchair_sandbox.webhooks import receive as webhooks
from openchair_sandbox.webhooks.api import post_store
from openchair_sandbox.webhooks.store import PostStore

PILES = {
    "mails": delete.Pile(
        place="/",
        one="mail",
        many="mails",
        count=lambda request: mail_store(request).find(limit=1).total,
        delete=lambda request: mail_store(request).delete_all(),
    ),
    "sms": delete.Pile(
        place="/sms",
        one="SMS",
        many="SMS",
        count=lambda request: sms_store(request).find(limit=1).total,
        delete=lambda request: sms_store(request).delete_all(),
    ),
    "slack": delete.Pile(
        place="/slack",
        one="Slack message",
        many="Slack messages",
        count=lambda request: post_store(request).find(receiver="slack", limit=1).total,
        delete=lambda request: post_store(request).delete_all("slack"),
    ),
    "webhooks": delete.Pile(
        place="/webhooks",
        one="webhook",
        many="webhooks",
        count=lambda request: post_store(request).find(receiver="webhook", limit=1).total,
        delete=lambda request: post_store(request).delete_all("webhook"),
    ),
    "heartbeats": delete.Pile(
        place="/heartbeats",
        one="heartbeat",
        many="heartbeats",
        count=lambda request: len(heartbeat_store(request).all()),
        delete=lambda request: heartbeat_store(request).delete_all(),
    ),
}


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


def build_app(options: Options, *, database: sqlite3.Connection) -> Starlette:
    """Stores, faults and callbacks are in `state`, where the routes find them."""
    app = Starlette(
        routes=[
            *pages.routes(),
            *delete.routes(PILES),
            *mailbox_pages.routes(),
            *sms_pages.routes(),
            *webhooks_pages.routes(),
            *faults_pages.routes(),
            *mailbox_api.routes(),
            *faults_api.routes(),
            *sms_api.routes(),
            *twilio_messages.routes(),
            *vonage_messages.routes(),
            *vonage_reports.routes(),
            *slack.routes(),
            *webhooks.routes(),
            *webhooks_api.routes(),
            *heartbeats_pages.routes(),
            *heartbeats.routes(),
        ]
    )
    known = options.credentials
    app.state.credentials = known
    app.state.faults = FaultBoard()
    app.state.mails = MailStore(database, keep=options.keep)
    app.state.sms = SmsStore(database, keep=options.keep)
    app.state.posts = PostStore(database, keep=options.keep)
    app.state.heartbeats = HeartbeatStore(database)
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
            ),
            "vonage": Carrier(
                steps=vonage_resource.STEPS,
                undelivered=vonage_resource.UNDELIVERED,
                write=partial(vonage_resource.receipts, known=known),
            ),
        },
    )
    return app
