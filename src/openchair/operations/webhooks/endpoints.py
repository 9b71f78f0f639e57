"""What people do with endpoints, each act with its line in the audit log. Called by the console
and by `openchair webhooks endpoints`; the room of webhooks itself knows no people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.webhooks.outgoing import create as _create
from openchair.webhooks.outgoing.change import change_endpoint
from openchair.webhooks.outgoing.delete import DeletePlan, delete_endpoint
from openchair.webhooks.outgoing.publish import publish_test
from openchair.webhooks.outgoing.replay import replay_message
from openchair.webhooks.outgoing.rotate import rotate_secret
from openchair.webhooks.outgoing.switch import disable_endpoint, enable_endpoint

BY_PERSON = "disabled by a person"


async def create(
    session: AsyncSession,
    *,
    salon_id: UUID,
    url: str,
    description: str,
    event_types: Iterable[str],
    by: Actor,
) -> _create.Created:
    """A new endpoint; the secret is in the answer alone. Raises `Invalid` and `Conflict`."""
    kinds = tuple(event_types)
    made = await _create.create_endpoint(
        session, salon_id=salon_id, url=url, description=description, event_types=kinds
    )
    await _note(session, "create", (salon_id, made.id), by, {"url": url, "event_types": kinds})
    return made


async def change(
    session: AsyncSession,
    *,
    salon_id: UUID,
    endpoint_id: UUID,
    url: str,
    description: str,
    event_types: Iterable[str],
    by: Actor,
) -> bool:
    """Other address, words or kinds. False when nothing differs. Raises `Invalid`, `NotFound`."""
    changed = await change_endpoint(
        session,
        salon_id=salon_id,
        endpoint_id=endpoint_id,
        url=url,
        description=description,
        event_types=event_types,
    )
    if changed:
        told = {name: asdict(each) for name, each in changed.items()}
        await _note(session, "change", (salon_id, endpoint_id), by, told)
    return bool(changed)


async def rotate(
    session: AsyncSession, *, salon_id: UUID, endpoint_id: UUID, by: Actor, now: datetime
) -> str:
    """A new secret, shown once; the one before signs for 24 hours more. Raises `NotFound`."""
    secret = await rotate_secret(session, salon_id=salon_id, endpoint_id=endpoint_id, now=now)
    await _note(session, "rotate", (salon_id, endpoint_id), by, {})
    return secret


async def disable(session: AsyncSession, *, salon_id: UUID, endpoint_id: UUID, by: Actor) -> bool:
    """Send nothing there. False when it was disabled already. Raises `NotFound`."""
    done = await disable_endpoint(
        session, salon_id=salon_id, endpoint_id=endpoint_id, reason=BY_PERSON
    )
    if done:
        await _note(session, "disable", (salon_id, endpoint_id), by, {})
    return done


async def enable(session: AsyncSession, *, salon_id: UUID, endpoint_id: UUID, by: Actor) -> bool:
    """Send there again. False when it was enabled already. Raises `NotFound`."""
    done = await enable_endpoint(session, salon_id=salon_id, endpoint_id=endpoint_id)
    if done:
        await _note(session, "enable", (salon_id, endpoint_id), by, {})
    return done


async def delete(
    session: AsyncSession, *, salon_id: UUID, endpoint_id: UUID, by: Actor
) -> DeletePlan:
    """Delete it with its history; answers what went. Raises `NotFound`."""
    gone = await delete_endpoint(session, salon_id=salon_id, endpoint_id=endpoint_id)
    await _note(session, "delete", (salon_id, endpoint_id), by, asdict(gone))
    return gone


async def send_test(
    session: AsyncSession, *, salon_id: UUID, endpoint_id: UUID, by: Actor, now: datetime
) -> UUID:
    """Queue a test event; answers the message's id. Raises `NotFound`."""
    message_id = await publish_test(session, salon_id=salon_id, endpoint_id=endpoint_id, now=now)
    told = {"message_id": str(message_id)}
    await _note(session, "test", (salon_id, endpoint_id), by, told)
    return message_id


async def replay(session: AsyncSession, *, salon_id: UUID, message_id: UUID, by: Actor) -> None:
    """Send one message again. Raises `NotFound` and `Conflict`."""
    before = await replay_message(session, salon_id=salon_id, message_id=message_id)
    told = {"message_id": str(message_id), "before": before.status}
    await _note(session, "replay", (salon_id, before.endpoint_id), by, told)


async def _note(
    session: AsyncSession,
    verb: str,
    endpoint: tuple[UUID, UUID],
    by: Actor,
    metadata: Mapping[str, Any],
) -> None:
    await record(
        session,
        actor=by,
        action=f"webhook_endpoint.{verb}",
        resource_type="webhook_endpoint",
        resource_id=endpoint[1],
        salon_id=endpoint[0],
        metadata=metadata,
    )
