"""Puts one event on its way to every endpoint of a salon that wants it.

Called by the job that `reactions.py` attaches to the events of bookings; nothing is sent here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform import correlation
from openchair.platform.ids import new_id
from openchair.webhooks.outgoing.queries import get_endpoint
from openchair.webhooks.outgoing.rules import TEST_TYPE


async def publish(
    session: AsyncSession,
    *,
    salon_id: UUID,
    event_id: str,
    event_type: str,
    payload: Mapping[str, Any],
) -> int:
    """Queue `payload` (`type`, `timestamp`, `data`) for every endpoint that wants `event_type`;
    answers for how many. Publishing the same `event_id` again changes nothing.
    """
    put = await session.execute(
        PUBLISH,
        {
            "salon_id": salon_id,
            "event_id": event_id,
            "event_type": event_type,
            "payload": _json(payload),
            "correlation_id": correlation.current(),
        },
    )
    return len(put.all())


async def publish_test(
    session: AsyncSession, *, salon_id: UUID, endpoint_id: UUID, now: datetime
) -> UUID:
    """Queue a test event for one endpoint, whatever it wants. Raises `NotFound`."""
    endpoint = await get_endpoint(session, salon_id=salon_id, endpoint_id=endpoint_id)
    message_id = new_id()
    payload = envelope(TEST_TYPE, at=now, data={"endpoint_id": endpoint.id})
    await session.execute(
        TEST,
        {
            "salon_id": salon_id,
            "id": message_id,
            "endpoint_id": endpoint.id,
            "event_id": f"test-{message_id}",
            "event_type": TEST_TYPE,
            "payload": _json(payload),
            "correlation_id": correlation.current(),
        },
    )
    return message_id


def somebody_listens(salon_id: str) -> str:
    """In SQL: whether a salon has an endpoint at all; most have none, and then nothing is queued.
    A hot path: part of every booking.
    """
    return (
        "EXISTS (SELECT FROM webhook_endpoints AS listening"
        f" WHERE listening.salon_id = {salon_id} AND listening.enabled)"
    )


def envelope(event_type: str, *, at: datetime, data: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as the specification wants it; `at` is when it happened."""
    return {"type": event_type, "timestamp": at.isoformat().replace("+00:00", "Z"), "data": data}


def in_order(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A stored payload as people read it: the kind first, the data last. PostgreSQL keeps no
    order.
    """
    first = {name: payload[name] for name in ("type", "timestamp") if name in payload}
    return {**first, **payload}


def _json(payload: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(payload), default=str).decode()


PUBLISH = text("""
    INSERT INTO webhook_messages
        (salon_id, id, endpoint_id, event_id, event_type, payload, correlation_id)
    SELECT salon_id, gen_random_uuid(), id, :event_id, :event_type, CAST(:payload AS jsonb),
        :correlation_id
    FROM webhook_endpoints
    WHERE salon_id = :salon_id AND enabled
        AND (event_types = '{}' OR CAST(:event_type AS text) = ANY(event_types))
    ON CONFLICT (salon_id, endpoint_id, event_id) DO NOTHING
    RETURNING id
""")

TEST = text("""
    INSERT INTO webhook_messages
        (salon_id, id, endpoint_id, event_id, event_type, payload, correlation_id)
    VALUES
        (:salon_id, :id, :endpoint_id, :event_id, :event_type, CAST(:payload AS jsonb),
         :correlation_id)
""")
