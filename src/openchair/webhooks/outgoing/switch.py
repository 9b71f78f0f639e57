"""Disables and enables endpoints: by a person, or when the other side does not want any more."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.events.event import emit
from openchair.webhooks.events import WebhookEndpointDisabled
from openchair.webhooks.outgoing.queries import lock_endpoint


async def disable_endpoint(
    session: AsyncSession, *, salon_id: UUID, endpoint_id: UUID, reason: str
) -> bool:
    """Send nothing there any more; what waits is cancelled and can be replayed one by one.

    False when it was disabled already. Raises `NotFound`.
    """
    row = await lock_endpoint(session, salon_id=salon_id, endpoint_id=endpoint_id)
    if not row.enabled:
        return False
    names = {"salon_id": salon_id, "id": endpoint_id, "reason": reason}
    await session.execute(DISABLE, names)
    await session.execute(CANCEL, names)
    await emit(
        session,
        WebhookEndpointDisabled(salon_id=salon_id, subject_id=endpoint_id, reason=reason),
    )
    return True


async def enable_endpoint(session: AsyncSession, *, salon_id: UUID, endpoint_id: UUID) -> bool:
    """Tell it again what happens from now on. False when it was enabled. Raises `NotFound`."""
    row = await lock_endpoint(session, salon_id=salon_id, endpoint_id=endpoint_id)
    if row.enabled:
        return False
    row.enabled, row.disabled_at, row.disabled_reason = True, None, None
    row.failing_since = None
    await session.flush()
    return True


DISABLE = text("""
    UPDATE webhook_endpoints
    SET enabled = false, disabled_at = now(), disabled_reason = :reason
    WHERE salon_id = :salon_id AND id = :id
""")

CANCEL = text("""
    UPDATE webhook_messages
    SET status = 'cancelled', finished_at = now(), last_error = 'the endpoint is disabled'
    WHERE salon_id = :salon_id AND endpoint_id = :id AND status = 'pending'
""")
