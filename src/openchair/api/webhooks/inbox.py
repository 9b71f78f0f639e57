"""The doors through which other services tell us things. A hot path: one signature, one shared
statement, an answer; nothing is handled here.

What came at the same moment is stored by one statement and one commit (`platform/db/batch.py`).
The answer goes out only after the commit, so the service repeats what we did not keep.
"""

import time
from datetime import timedelta
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from openchair.api.webhooks.sources import EMAIL, TWILIO, VONAGE, Signed, Source, Told
from openchair.identity.audit.record import SYSTEM
from openchair.identity.ip_blocks.block import block
from openchair.identity.ip_blocks.rules import known_key, may_be_blocked
from openchair.platform import correlation
from openchair.platform.clock import utc_now
from openchair.platform.db.batch import Batch
from openchair.platform.db.engine import Database
from openchair.platform.edge.client_address import address_of
from openchair.platform.edge.refusals import Unreadable
from openchair.platform.errors import Problem
from openchair.platform.logging.setup import logger
from openchair.platform.metrics.requests import TEMPLATE
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.webhooks.note_refusal import note_refusal
from openchair.webhooks.receive import Incoming, Received, Unstorable, receive_each
from openchair.webhooks.settings import WebhookSettings
from openchair.webhooks.standard import BadSignature

PREFIXES = ("/api", "/.netlify/functions")
DOORS = {
    f"{prefix}/{name}": source
    for name, source in (
        ("email-webhook", EMAIL),
        ("twilio-webhook", TWILIO),
        ("vonage-webhook", VONAGE),
    )
    for prefix in PREFIXES
}
PATHS = tuple(DOORS)
PATIENCE_SECONDS = 0.003

log = logger(__name__)
Inbox = Batch[Incoming, Received | Exception]


class NotSigned(Problem):
    """The signature is missing, wrong or too old."""

    status = 400
    title = "Not signed as it should be"
    code = "signature_invalid"


class WebhookDoors:
    """Answers the doors' own paths and passes everything else on. Installed within all other
    layers, before the routes: looking for a route among all costs more than the whole work here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._inbox: Inbox | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a webhook in, or pass the request on."""
        source = DOORS.get(scope["path"]) if scope["type"] == "http" else None
        if source is None:
            await self.app(scope, receive, send)
            return
        scope[TEMPLATE] = scope["path"]
        if scope["method"] != "POST":
            raise HTTPException(405, headers={"Allow": "POST"})
        request = Request(scope, receive)
        told = await _believed(request, source)
        if self._inbox is None:
            write = partial(receive_each, request.app.state.database)
            self._inbox = Batch(write, patience=PATIENCE_SECONDS)
        answer = await self._inbox.add(
            Incoming(
                source=source.name,
                provider_event_id=told.provider_event_id,
                event_type=told.event_type,
                payload=told.payload,
                correlation_id=correlation.current(),
            )
        )
        if isinstance(answer, Unstorable):
            raise Unreadable("The body holds characters that cannot be stored.") from answer
        if isinstance(answer, Exception):
            raise answer
        await Response(status_code=source.answer)(scope, receive, send)


async def _believed(request: Request, source: Source) -> Told:
    """What the request says, if its signature fits. Raises `NotSigned` and what `source` does."""
    query = request.scope["query_string"].decode("latin-1")
    headers = request.scope["headers"]
    signed = Signed(
        path=f"{request.scope['path']}?{query}" if query else request.scope["path"],
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in headers},
        body=await request.body(),
        now=time.time(),
    )
    try:
        return source.read(signed)
    except BadSignature as refusal:
        await _count(request, source)
        raise NotSigned(f"We cannot accept this: {refusal}.") from None


async def _count(request: Request, source: Source) -> None:
    """Remember a bad signature; block the address that sends them again and again."""
    address, settings = address_of(request), load(WebhookSettings)
    log.warning("webhook with a bad signature", source=source.name, address=address)
    key = known_key(address)
    trusted = load(InstallationSettings).trusted_proxies
    if key is None or not may_be_blocked(address, trusted=trusted):
        return
    database: Database = request.app.state.database
    now = utc_now()
    async with database.transaction() as session:
        if await note_refusal(
            session, source=source.name, address=key, most=settings.webhook_bad_signatures
        ):
            await block(
                session,
                address=address,
                reason=f"{settings.webhook_bad_signatures} bad {source.name} webhook signatures",
                by=SYSTEM,
                expires_at=now + timedelta(minutes=settings.webhook_block_minutes),
                now=now,
            )
