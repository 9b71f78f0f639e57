"""Makes an endpoint. The secret is in the answer and nowhere else in clear."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.errors import Conflict
from openchair.platform.ids import new_id
from openchair.platform.outbound.settings import OutboundSettings
from openchair.platform.settings.base import load
from openchair.webhooks.outgoing.models import WebhookEndpoint
from openchair.webhooks.outgoing.rules import (
    MOST_ENDPOINTS,
    check_description,
    check_event_types,
    check_url,
)
from openchair.webhooks.outgoing.secrets import seal
from openchair.webhooks.settings import WebhookSettings
from openchair.webhooks.standard import new_secret


@dataclass(frozen=True, slots=True)
class Created:
    """The endpoint's id, and its secret, which nobody can read again."""

    id: UUID
    secret: str


async def create_endpoint(
    session: AsyncSession,
    *,
    salon_id: UUID,
    url: str,
    description: str = "",
    event_types: Iterable[str] = (),
) -> Created:
    """Tell `url` from now on; no `event_types` means all.

    Raises `Invalid` on `url`, `description` or `event_types`, `Conflict` when the salon has as
    many endpoints as it may.
    """
    endpoint_id, secret = new_id(), new_secret()
    row = WebhookEndpoint(
        salon_id=salon_id,
        id=endpoint_id,
        url=checked_url(url),
        description=check_description(description),
        event_types=check_event_types(event_types),
        secret=seal(secret, endpoint_id=endpoint_id),
    )
    await session.execute(IN_TURN, {"salon_id": str(salon_id)})
    there = await session.scalar(select(func.count()).where(WebhookEndpoint.salon_id == salon_id))
    if (there or 0) >= MOST_ENDPOINTS:
        raise Conflict(
            f"A salon can have {MOST_ENDPOINTS} endpoints. Please delete one that is not needed.",
            code="too_many_endpoints",
        )
    session.add(row)
    await session.flush()
    return Created(endpoint_id, secret)


def checked_url(url: str) -> str:
    """`url` by the rules of this installation. Raises `Invalid`."""
    return check_url(
        url,
        plain_http=load(WebhookSettings).webhook_plain_http,
        private=load(OutboundSettings).outbound_private_networks,
    )


IN_TURN = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('webhook-endpoints:' || :salon_id, 0))"
)
