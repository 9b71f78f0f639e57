"""Sends one outgoing message again, whatever became of it. Called by console and command."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.errors import Conflict
from openchair.webhooks.outgoing.queries import OutgoingMessage, get_endpoint, get_message


async def replay_message(
    session: AsyncSession, *, salon_id: UUID, message_id: UUID
) -> OutgoingMessage:
    """Let it go at once, with all its tries; the receiver knows it by the same `webhook-id`.
    Answers the message as it was.

    Raises `NotFound`, and `Conflict` while it is being sent or its endpoint is disabled.
    """
    message = await get_message(session, message_id=message_id, salon_id=salon_id)
    endpoint = await get_endpoint(session, endpoint_id=message.endpoint_id, salon_id=salon_id)
    if not endpoint.enabled:
        raise Conflict(
            "The endpoint is disabled. Please enable it first.", code="webhook_endpoint_disabled"
        )
    queued = await session.execute(AGAIN, {"salon_id": salon_id, "id": message_id})
    if queued.one_or_none() is None:
        raise Conflict("This message is being sent at this very moment.", code="webhook_being_sent")
    return message


AGAIN = text("""
    UPDATE webhook_messages
    SET status = 'pending', attempt_count = 0, next_attempt_at = now(), finished_at = NULL
    WHERE salon_id = :salon_id AND id = :id AND status <> 'sending'
    RETURNING id
""")
