"""Takes an address off the list, so that the salon writes to it again.

Called through `operations/messages/`, which writes the audit log: lifting is a person's act.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.suppressions.queries import Suppressed
from openchair.platform.errors import NotFound


async def lift(session: AsyncSession, *, salon_id: UUID, suppression_id: UUID) -> Suppressed:
    """Take it off and answer what stood there. Raises `NotFound`."""
    row = (
        (await session.execute(LIFT, {"salon_id": salon_id, "id": suppression_id}))
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound(
            "This address is not on the list any more; mails to it go out.",
            code="suppression_not_found",
        )
    return Suppressed(**row)


LIFT = text("""
    DELETE FROM notification_suppressions WHERE salon_id = :salon_id AND id = :id
    RETURNING id, channel, recipient, reason, note, notification_id, until, created_at
""")
