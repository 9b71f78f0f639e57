"""Sets when and how a salon's messages go out, written in the audit log. Called by the console."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.notifications.templates.policy import Policy, save_policy

RESOURCE = "message_policy"


async def set_policy(
    session: AsyncSession, *, salon_id: UUID, policy: Policy, by: Actor, now: datetime
) -> bool:
    """Let these wishes count from now on. True when anything changed. Raises `Invalid` on
    `quiet_from` or `quiet_until`.
    """
    change = await save_policy(session, salon_id=salon_id, policy=policy, now=now)
    if change.before == change.after:
        return False
    await record(
        session,
        actor=by,
        action="save",
        resource_type=RESOURCE,
        resource_id=salon_id,
        salon_id=salon_id,
        metadata=change.metadata,
    )
    return True
