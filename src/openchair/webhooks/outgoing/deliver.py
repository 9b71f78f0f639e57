"""Sends one outgoing webhook and writes down what came of it. Called by `send.py`.

Standard Webhooks 1.0.0: 2xx is delivered, a redirect is a failure, 410 means never again.
"""

import random
from collections.abc import Sequence
from time import time

import orjson

from openchair.platform.db.engine import Database
from openchair.platform.errors import Unavailable
from openchair.platform.outbound.answer import Answer
from openchair.platform.outbound.call import call
from openchair.platform.outbound.errors import BreakerOpen, OutboundFailed
from openchair.webhooks.outgoing.health import note_failure, note_success
from openchair.webhooks.outgoing.leases import Lease, Try, settle
from openchair.webhooks.outgoing.publish import in_order
from openchair.webhooks.outgoing.rules import next_wait
from openchair.webhooks.outgoing.secrets import signing_key
from openchair.webhooks.outgoing.switch import disable_endpoint
from openchair.webhooks.settings import WebhookSettings
from openchair.webhooks.standard import signed_headers

SERVICE = "webhook"
USER_AGENT = "OpenChair-Webhooks"
GONE = 410
LEFT_ALONE_SECONDS = 30.0
ANSWER_BYTES = 2000


async def deliver(database: Database, *, lease: Lease, settings: WebhookSettings) -> None:
    """One try. A lost lease changes nothing but leaves its attempt as evidence."""
    if not lease.enabled:
        async with database.transaction() as session:
            await settle(
                session,
                lease=lease,
                status="cancelled",
                tried=None,
                words="the endpoint is disabled",
            )
        return
    try:
        came_of: Answer | Exception = await _send(database, lease, settings)
    except (OutboundFailed, Unavailable) as error:
        came_of = error
    await _write_down(database, lease, came_of)


async def _send(database: Database, lease: Lease, settings: WebhookSettings) -> Answer:
    sealed = [each for each in (lease.secret, lease.previous_secret) if each is not None]
    keys = [signing_key(each, endpoint_id=lease.endpoint_id) for each in sealed]
    body = orjson.dumps(in_order(lease.payload))
    return await call(
        database,
        service=SERVICE,
        method="POST",
        url=lease.url,
        headers=_headers(keys, message_id=f"msg_{lease.message_id.hex}", body=body),
        content=body,
        retries=0,
        salon_id=lease.salon_id,
        public_only=True,
        timeout_seconds=settings.webhook_timeout_seconds,
        # Of its own: another salon's broken endpoint at the same host is no fault of this one.
        breaker=f"{SERVICE}:{lease.endpoint_id}",
        logged_path=f"/{lease.endpoint_id}",  # a path may be a secret of the salon's
    )


def _headers(keys: Sequence[bytes], *, message_id: str, body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        **signed_headers(keys, message_id=message_id, timestamp=int(time()), body=body),
    }


async def _write_down(database: Database, lease: Lease, came_of: Answer | Exception) -> None:
    async with database.transaction() as session:
        if isinstance(came_of, BreakerOpen):
            await settle(
                session,
                lease=lease,
                status="pending",
                tried=None,
                words="the endpoint failed too often and is left alone for a while",
                wait=LEFT_ALONE_SECONDS * (1 + random.random()),  # noqa: S311 - no secret
            )
            return
        tried = _try(came_of)
        if isinstance(came_of, Answer) and came_of.is_success:
            if await settle(session, lease=lease, status="delivered", tried=tried):
                await note_success(session, lease=lease)
            return
        words = tried.error or f"answered {tried.status_code}"
        gone = isinstance(came_of, Answer) and came_of.status_code == GONE
        wait = None if gone else _wait(lease, came_of)
        settled = await settle(
            session,
            lease=lease,
            status="failed" if wait is None else "pending",
            tried=tried,
            words=words,
            wait=wait,
        )
        if settled and gone:
            await disable_endpoint(
                session,
                salon_id=lease.salon_id,
                endpoint_id=lease.endpoint_id,
                reason="it answered 410 Gone",
            )
        elif settled:
            await note_failure(session, lease=lease)


def _wait(lease: Lease, came_of: Answer | Exception) -> float | None:
    return next_wait(
        tried=lease.tried + 1,
        retry_after=came_of.retry_after if isinstance(came_of, Answer) else None,
        chance=random.random(),  # noqa: S311 - no secret
    )


def _try(came_of: Answer | Exception) -> Try:
    if isinstance(came_of, Answer):
        return Try(
            status_code=came_of.status_code,
            answer=came_of.content[:ANSWER_BYTES].decode("utf-8", "replace"),
            duration_ms=came_of.duration_ms,
        )
    return Try(error=str(came_of), duration_ms=0)
