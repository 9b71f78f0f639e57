"""Changes where an endpoint is, what it is called and what it is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.webhooks.outgoing.create import checked_url
from openchair.webhooks.outgoing.queries import lock_endpoint
from openchair.webhooks.outgoing.rules import check_description, check_event_types


@dataclass(frozen=True, slots=True)
class Change:
    """What one field was and is."""

    before: object
    after: object


async def change_endpoint(
    session: AsyncSession,
    *,
    salon_id: UUID,
    endpoint_id: UUID,
    url: str,
    description: str,
    event_types: Iterable[str],
) -> dict[str, Change]:
    """Set all three; answers what changed. Messages that wait go to the new address.

    Raises `NotFound`, and `Invalid` as for a new one.
    """
    row = await lock_endpoint(session, salon_id=salon_id, endpoint_id=endpoint_id)
    wanted: dict[str, object] = {
        "url": checked_url(url),
        "description": check_description(description),
        "event_types": check_event_types(event_types),
    }
    changed = {
        name: Change(getattr(row, name), value)
        for name, value in wanted.items()
        if getattr(row, name) != value
    }
    for name, change in changed.items():
        setattr(row, name, change.after)
    await session.flush()
    return changed
