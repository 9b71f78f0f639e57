"""Keeps sending what is due, many at a time, slow endpoints beside quick ones. Called by the loop
in `jobs.py`; ends when nothing is due or the worker is to end, and leaves nothing half done.
"""

import asyncio

from openchair.platform import correlation
from openchair.platform.db.engine import Database
from openchair.platform.logging.setup import logger
from openchair.webhooks.outgoing.deliver import deliver
from openchair.webhooks.outgoing.leases import Lease, claim, take_back
from openchair.webhooks.settings import WebhookSettings

AT_ONCE = 20
LOOK_AGAIN_SECONDS = 0.5
SPARE_SECONDS = 40

log = logger(__name__)


async def send_due(database: Database, *, stop: asyncio.Event, settings: WebhookSettings) -> None:
    """Send until nothing is due and nothing under way."""
    sending: set[asyncio.Task[None]] = set()
    try:
        while not stop.is_set():
            for lease in await _claim(database, AT_ONCE - len(sending), settings):
                sending.add(asyncio.create_task(_deliver(database, lease, settings)))
            if not sending:
                return
            _, sending = await asyncio.wait(
                sending, timeout=LOOK_AGAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
    finally:
        if sending:
            await asyncio.wait(sending)


async def _claim(database: Database, free: int, settings: WebhookSettings) -> list[Lease]:
    if free <= 0:
        return []
    async with database.transaction() as session:
        await take_back(session)
        return await claim(
            session,
            limit=free,
            most_each=settings.webhook_endpoint_concurrency,
            seconds=settings.webhook_timeout_seconds + SPARE_SECONDS,
        )


async def _deliver(database: Database, lease: Lease, settings: WebhookSettings) -> None:
    adopted = correlation.adopt(lease.correlation_id)
    try:
        await deliver(database, lease=lease, settings=settings)
    except Exception:
        # Its lease runs out and it goes again; the others go on.
        log.exception("outgoing webhook could not be settled", webhook=str(lease.message_id))
    finally:
        correlation.release(adopted)
