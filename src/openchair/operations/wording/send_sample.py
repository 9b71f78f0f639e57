"""Sends somebody of the team a sample of a message, as clients would get it, through the queue."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.samples import put_sample
from openchair.identity.audit.record import Actor, record
from openchair.notifications.rendering import variables_of
from openchair.notifications.templates.rules import Written, check
from openchair.notifications.templates.save import require_place, template_id
from openchair.operations.wording.change import RESOURCE
from openchair.salons.queries import Salon


async def send_sample(
    session: AsyncSession,
    *,
    salon: Salon,
    kind: str,
    channel: str,
    language: str,
    written: Written | None,
    recipient: str,
    click: str,
    by: Actor,
) -> UUID:
    """Queue a sample in these words, or in ours if None; one `click` sends once.

    Raises `NotFound` for words nobody can change, `Invalid` for words that cannot be filled in
    and on `recipient`.
    """
    require_place(kind=kind, channel=channel, language=language)
    own = written and check(written, channel=channel, variables=variables_of(kind))
    identifier = template_id(salon_id=salon.id, kind=kind, channel=channel, language=language)
    message_id = await put_sample(
        session,
        salon=salon,
        kind=kind,
        channel=channel,
        language=language,
        own=own,
        recipient=recipient,
        reference=f"template:{identifier}",
        click=click,
    )
    await record(
        session,
        actor=by,
        action="send_sample",
        resource_type=RESOURCE,
        resource_id=identifier,
        salon_id=salon.id,
        metadata={
            "kind": kind,
            "channel": channel,
            "language": language,
            "recipient": recipient,
            "message": str(message_id),
        },
    )
    return message_id
