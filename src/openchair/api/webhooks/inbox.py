"""The doors through which other services tell us things. A hot path: one signature, one shared
statement, an answer; nothing is handled here.

What came at the same moment is stored by one statement and one commit (`platform/db/batch.py`).
The answer goes out only after the commit, so the service repeats what we did not keep.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from openchair.api.webhooks.sources import EMAIL, TWILIO, VONAGE, Signed, Source
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
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.webhooks.note_refusal import note_refusal
from openchair.webhooks.receive import Incoming, Received, Unstorable, receive_each
from openchair.webhooks.settings import WebhookSettings
from openchair.webhooks.standard import BadSignature

DOORS = {"email-webhook": EMAIL, "twilio-webhook": TWILIO, "vonage-webhook": VONAGE}
PREFIXES = ("/api", "/.netlify/functions")
PATHS = tuple(f"{prefix}/{name}" for name in DOORS for prefix in PREFIXES)

log = logger(__name__)
router = APIRouter()
Inbox = Batch[Incoming, Received | Exception]


class NotSigned(Problem):
    """The signature is missing, wrong or too old."""

    status = 400
    title = "Not signed as it should be"
    code = "signature_invalid"


def door(source: Source) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of one service."""

    async def receive_webhook(request: Request) -> Response:
        signed = Signed(
            url=_called(request),
            headers=request.headers,
            body=await request.body(),
            now=time.time(),
        )
        try:
            told = source.read(signed)
        except BadSignature as refusal:
            await _count(request, source)
            raise NotSigned(f"We cannot accept this: {refusal}.") from None
        answer = await _inbox(request).add(
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
        return Response(status_code=source.answer)

    return receive_webhook


def _called(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{load(InstallationSettings).address}{request.url.path}{query}"


def _inbox(request: Request) -> Inbox:
    """The process's one batch of what comes in."""
    found: Inbox | None = getattr(request.app.state, "webhook_inbox", None)
    if found is None:
        database: Database = request.app.state.database
        found = request.app.state.webhook_inbox = Batch(
            lambda events: receive_each(database, events)
        )
    return found


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


for name, each in DOORS.items():
    for prefix in PREFIXES:
        router.add_route(f"{prefix}/{name}", door(each), methods=["POST"], include_in_schema=False)
