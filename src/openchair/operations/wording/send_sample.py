"""Sends somebody of the team a sample of a message, as clients would get it, through the queue."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.samples import put_sample
from openchair.identity.audit.record import Actor, record
from openchair.notifications.templates.place import Place
from openchair.notifications.templates.rules import Written, check
from openchair.operations.wording.change import RESOURCE
from openchair.salons.queries import Salon


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
    """Queue a sample in these words, or in ours if None; one `click` sends once.

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
        click=click,
    )
    await record(
        session,
        actor=by,
        action="send_sample",
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
