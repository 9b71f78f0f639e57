"""Handles stored webhooks: each by the handler of its source, in a transaction of its own.

Called by the loop in `jobs.py`. What a handler does and the mark "processed" commit together, so
that an event is handled once however often it came and however many workers there are.
"""

import asyncio
import random

from openchair.platform import correlation
from openchair.platform.db.engine import Database
from openchair.platform.errors import Problem
from openchair.platform.logging.setup import logger
from openchair.webhooks.handlers import handler_of
from openchair.webhooks.leases import Lease, LeaseLost, claim, fail, finish
from openchair.webhooks.rules import wait_seconds
from openchair.webhooks.settings import WebhookSettings

BATCH = 20
AT_ONCE = 4

log = logger(__name__)


async def handle_due(database: Database, *, settings: WebhookSettings) -> bool:
    """Handle a batch of what is due; True when there may be more."""
    seconds = settings.webhook_lease_seconds
    async with database.transaction() as session:
        claimed = await claim(session, limit=BATCH, seconds=seconds)
    free = asyncio.Semaphore(AT_ONCE)

    async def handle_one(lease: Lease) -> None:
        async with free:
            adopted = correlation.adopt(lease.correlation_id)
            try:
                await _handle(database, lease, settings)
            finally:
                correlation.release(adopted)

    await asyncio.gather(*(handle_one(each) for each in claimed))
    return len(claimed) == BATCH


async def _handle(database: Database, lease: Lease, settings: WebhookSettings) -> None:
    event = lease.event
    if lease.abandoned and event.retry_count >= settings.webhook_tries:
        # It may be what ended the workers before us, so it takes no more with it.
        await _give_up(database, lease, f"{event.retry_count} workers ended while handling it")
        return
    try:
        # Of a batch the last begins when others are done, so each gets its share of the lease.
        async with asyncio.timeout(settings.webhook_lease_seconds * AT_ONCE / BATCH):
            await _run(database, lease)
    except LeaseLost:
        log.warning("webhook was taken over meanwhile", webhook=str(event.id))
    except Exception as error:
        # Whatever the handler could not do is told by the row, and tried again.
        log.exception("webhook failed", webhook=str(event.id), source=event.source)
        await _note_failure(database, lease, error, settings)


async def _run(database: Database, lease: Lease) -> None:
    handler = handler_of(lease.event.source)
    if handler is None:
        raise LookupError(f"nobody in this installation handles {lease.event.source} webhooks")
    async with database.transaction() as session:
        ignored = await handler(session, lease.event)
        await finish(
            session,
            event_id=lease.event.id,
            token=lease.token,
            status="processed" if ignored is None else "ignored",
            words=None if ignored is None else ignored.reason,
        )


async def _note_failure(
    database: Database, lease: Lease, error: Exception, settings: WebhookSettings
) -> None:
    failures = lease.event.retry_count + 1
    wait = (
        wait_seconds(failures=failures, chance=random.random())  # noqa: S311 - no secret
        if failures < settings.webhook_tries
        else None
    )
    async with database.transaction() as session:
        await fail(
            session, event_id=lease.event.id, token=lease.token, words=_words(error), wait=wait
        )


async def _give_up(database: Database, lease: Lease, words: str) -> None:
    async with database.transaction() as session:
        await fail(session, event_id=lease.event.id, token=lease.token, words=words, wait=None)


def _words(error: Exception) -> str:
    if isinstance(error, Problem):
        return error.message
    if isinstance(error, TimeoutError):
        return "timeout: the handler did not end in time"
    return f"{type(error).__name__}: {error}"
