"""Sends somebody of the team a sample of a message, as clients would get it, through the queue."""

from dataclasses import asdict
from hashlib import sha256
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.samples import put_sample
from openchair.identity.audit.queries import list_acts
from openchair.identity.audit.record import Actor, record
from openchair.notifications.templates.place import Place
from openchair.notifications.templates.rules import Written, check
from openchair.operations.wording.change import RESOURCE
from openchair.salons.queries import Salon

SENT = "send_sample"


async def send_sample(
    session: AsyncSession,
    *,
    salon: Salon,
    place: Place,
    written: Written | None,
    recipient: str,
    click: str,
    by: Actor,
) -> UUID:
    """Queue a sample in these words, or in ours if None; one `click` sends the same words to the
    same address once, and is written down once.

    Raises `NotFound` where nobody can have words of one's own, `Invalid` for words that cannot be
    filled in and on `recipient`.
    """
    place.require()
    own = written and check(written, channel=place.channel, variables=place.variables)
    message_id = await put_sample(
        session,
        salon=salon,
        kind=place.kind,
        channel=place.channel,
        language=place.language,
        own=own,
        recipient=recipient,
        reference=f"template:{place.id}",
        click=f"{click}:{_digest(own, recipient)}",
    )
    if await _is_written_down(session, place=place, message_id=message_id):
        return message_id
    await record(
        session,
        actor=by,
        action=SENT,
        resource_type=RESOURCE,
        resource_id=place.id,
        salon_id=salon.id,
        metadata={
            "kind": place.kind,
            "channel": place.channel,
            "language": place.language,
            "recipient": recipient,
            "message": str(message_id),
        },
    )
    return message_id


def _digest(own: Written | None, recipient: str) -> str:
    """Whoever goes back, changes a word and clicks again means another sample."""
    return sha256(orjson.dumps([asdict(own) if own else None, recipient])).hexdigest()[:16]


async def _is_written_down(session: AsyncSession, *, place: Place, message_id: UUID) -> bool:
    """Whether this very message was asked for before. The second of two clicks at the same moment
    waits for the first one's row, and then reads its line.
    """
    acts = await list_acts(
        session, salon_id=place.salon_id, resource_type=RESOURCE, resource_id=place.id
    )
    return any(
        act.action == SENT and act.metadata.get("message") == str(message_id) for act in acts
    )
