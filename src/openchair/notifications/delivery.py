"""Sends one queued message: claim with a lease and a fencing token, render, send, record.

Called by `jobs.py`. Opens its own short transactions, so that none is open while a provider is
spoken to. A message is never sent again unless it is certain that it was not accepted.
"""

import os
import socket
from uuid import UUID

from openchair.notifications import leases, outcomes
from openchair.notifications.errors import DeliveryFailed, Doubtful, Outdated, Permanent, Temporary
from openchair.notifications.leases import Lease, LeaseLost
from openchair.notifications.providers.provider import Outgoing, Provider
from openchair.notifications.rendering import render
from openchair.notifications.settings import MailSettings
from openchair.platform import correlation
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.errors import Unavailable
from openchair.platform.logging.setup import logger

WORKER = f"{socket.gethostname()}:{os.getpid()}"
log = logger(__name__)


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
    async with provider.place():
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
            return await _send(database, lease=lease, provider=provider, settings=settings)
        finally:
            correlation.release(token)


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
        log.warning("lease lost before the content left", notification_id=str(lease.message.id))
        return "lost"
    except (DeliveryFailed, Outdated) as failure:
        return await _record_failure(database, lease=lease, failure=failure, settings=settings)
    async with database.transaction() as session:
        held = await outcomes.record_sent(session, lease=lease, answer=answer)
    return _told(lease, state="sent", held=held)


async def _outgoing(database: Database, *, lease: Lease) -> Outgoing:
    """The text of the message. A renderer's defect costs a try, never the worker."""
    try:
        async with database.transaction() as session:
            rendered = await render(session, message=lease.message, now=utc_now())
    except (Outdated, DeliveryFailed, Unavailable):
        raise
    except Exception as defect:
        log.exception("text of a message failed", notification_id=str(lease.message.id))
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
    known = failure if isinstance(failure, DeliveryFailed) else None
    return _told(lease, state=state, held=held, failure=known)


def _told(lease: Lease, *, state: str, held: bool, failure: DeliveryFailed | None = None) -> str:
    """Log how the try ended. What comes after a lost lease is evidence, but decides nothing; the
    provider's words stay in the attempt's row, as they may name the recipient.
    """
    log.info(
        "message tried" if held else "late result of a lost lease",
        notification_id=str(lease.message.id),
        kind=lease.message.kind,
        channel=lease.message.channel,
        state=state,
        failure_type=failure.failure_type if failure else None,
        status_code=failure.status_code if failure else None,
    )
    return state if held else "lost"
