"""Sends one queued message: claim with a lease and a fencing token, render, send, record.

Called by `jobs.py`. Opens its own short transactions, so that none is open while a provider is
spoken to. A message is never sent again unless it is certain that it was not accepted.
"""

import os
import socket
from uuid import UUID

import structlog

from openchair.notifications import leases, outcomes
from openchair.notifications.errors import DeliveryFailed, Doubtful, Outdated, Permanent, Temporary
from openchair.notifications.leases import Lease, LeaseLost
from openchair.notifications.providers.provider import Outgoing, Provider
from openchair.notifications.rendering import render
from openchair.notifications.settings import MailSettings
from openchair.platform import correlation
from openchair.platform.db.engine import Database
from openchair.platform.errors import Unavailable

WORKER = f"{socket.gethostname()}:{os.getpid()}"
log = structlog.get_logger(__name__)


async def deliver(
    database: Database,
    *,
    salon_id: UUID,
    notification_id: UUID,
    provider: Provider,
    settings: MailSettings,
) -> str | None:
    """Try once to send one message and answer the state it is left in.

    None when there was nothing to do: it is not due, somebody else has it, or it is finished.
    """
    async with database.transaction() as session:
        lease = await leases.claim(
            session,
            salon_id=salon_id,
            notification_id=notification_id,
            worker=WORKER,
            seconds=settings.mail_lease_seconds,
        )
    if lease is None:
        return None
    token = correlation.adopt(lease.correlation_id)
    try:
        state = await _send(database, lease=lease, provider=provider, settings=settings)
    finally:
        correlation.release(token)
    return state


async def _send(
    database: Database, *, lease: Lease, provider: Provider, settings: MailSettings
) -> str:
    async def hand_over() -> None:
        async with database.transaction() as session:
            await leases.hand_over(
                session, lease=lease, provider=provider.name, seconds=settings.mail_lease_seconds
            )

    try:
        outgoing = await _outgoing(database, lease=lease)
        answer = await provider.send(outgoing, hand_over=hand_over)
    except LeaseLost:
        log.warning("notification_lease_lost", notification_id=lease.message.id)
        return "lost"
    except (DeliveryFailed, Outdated) as failure:
        return await _record_failure(database, lease=lease, failure=failure, settings=settings)
    async with database.transaction() as session:
        held = await outcomes.record_sent(session, lease=lease, answer=answer)
    return _told(lease, state="sent", held=held, words=answer)


async def _outgoing(database: Database, *, lease: Lease) -> Outgoing:
    """The text of the message. A renderer's defect costs a try, never the worker."""
    try:
        async with database.transaction() as session:
            rendered = await render(session, message=lease.message)
    except (Outdated, DeliveryFailed, Unavailable):
        raise
    except Exception as defect:
        log.exception("notification_rendering_failed", notification_id=lease.message.id)
        raise Temporary(
            f"its text could not be made: {type(defect).__name__}: {defect}", failure_type="other"
        ) from defect
    return Outgoing(
        recipient=lease.message.recipient,
        message_id=lease.rfc_message_id,
        correlation_id=lease.correlation_id,
        language=lease.message.language,
        rendered=rendered,
    )


async def _record_failure(
    database: Database, *, lease: Lease, failure: DeliveryFailed | Outdated, settings: MailSettings
) -> str:
    async with database.transaction() as session:
        match failure:
            case Outdated():
                state = "cancelled"
                held = await outcomes.record_outdated(session, lease=lease, reason=str(failure))
            case Doubtful():
                state = "doubtful"
                held = await outcomes.record_doubtful(session, lease=lease, failure=failure)
            case Permanent():
                state = "failed"
                held = await outcomes.record_failed(session, lease=lease, failure=failure)
            case _:
                state, held = await outcomes.record_temporary(
                    session, lease=lease, failure=failure, max_tries=settings.mail_max_tries
                )
    return _told(lease, state=state, held=held, words=str(failure))


def _told(lease: Lease, *, state: str, held: bool, words: str) -> str:
    """Log how the try ended; a late result of a lost lease is evidence, but decides nothing."""
    event = "notification_delivered" if state == "sent" else "notification_not_delivered"
    log.info(
        event if held else "notification_result_fenced_off",
        notification_id=str(lease.message.id),
        kind=lease.message.kind,
        channel=lease.message.channel,
        state=state,
        answer=words,
    )
    return state if held else "lost"
