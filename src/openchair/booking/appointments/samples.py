"""Messages about a visit that was never booked: the console's preview, and one to oneself.

A sample goes through the real queue and the real providers; only its booking is made up.
"""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.messages import booking_message
from openchair.booking.appointments.occasion import DOMAIN
from openchair.booking.appointments.tell import CHANGED
from openchair.booking.appointments.texts.sample import before_of, sample_booking
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.notifications.outbox import NewMessage, put_all
from openchair.notifications.rendering import Message, Rendered, register
from openchair.notifications.templates.rules import Written
from openchair.platform.languages.catalogues import words_for
from openchair.salons.branding.brand import read_brand
from openchair.salons.queries import Salon, get_salon_by_id

SAMPLE = "booking.sample"
CLIENT = "Anna Muster"
PRIORITY = 1


def register_samples() -> None:
    """Let the post office write samples; called when a process starts."""
    register(SAMPLE, render_sample)


def sample_message(
    *,
    salon: Salon,
    catalogue: Catalogue,
    kind: str,
    channel: str,
    language: str,
    own: Written | None,
    recipient: str = "anna@example.org",
    now: datetime,
) -> Rendered:
    """The message of `kind` about a made-up visit, in the salon's `own` words if given."""
    brand = read_brand(name=salon.name, brand=salon.brand)
    words = words_for(domain=DOMAIN, language=language, tone=brand.tone)
    booking = sample_booking(salon, catalogue, words=words, client=CLIENT, now=now)
    message = Message(
        id=salon.id,
        salon_id=salon.id,
        kind=kind,
        channel=channel,
        language=language,
        recipient=recipient,
        reference="",
        data={"before": before_of(booking).isoformat()} if kind == CHANGED else {},
    )
    return booking_message(message, booking=booking, salon=salon, now=now, own=own)


async def put_sample(
    session: AsyncSession,
    *,
    salon: Salon,
    kind: str,
    channel: str,
    language: str,
    own: Written | None,
    recipient: str,
    reference: str,
    click: str,
) -> UUID:
    """Queue a sample to `recipient`; the same `click` twice sends once. Raises `Invalid` for an
    address that cannot be one.
    """
    [message_id] = await put_all(
        session,
        messages=[
            NewMessage(
                salon_id=salon.id,
                kind=SAMPLE,
                channel=channel,
                recipient=recipient,
                language=language,
                data={"kind": kind, "own": asdict(own) if own else None},
                reference=reference,
                dedupe_key=f"{SAMPLE}:{click}",
                priority=PRIORITY,
                time_zone=salon.time_zone,
            )
        ],
    )
    return message_id


async def render_sample(session: AsyncSession, message: Message, now: datetime) -> Rendered:
    """The sample as it was asked for. It has no calendar file: nobody is to come."""
    salon = await get_salon_by_id(session, salon_id=message.salon_id)
    catalogue = await get_catalogue(session, salon_id=salon.id)
    own = message.data["own"]
    made = sample_message(
        salon=salon,
        catalogue=catalogue,
        kind=message.data["kind"],
        channel=message.channel,
        language=message.language,
        own=Written(**own) if own else None,
        recipient=message.recipient,
        now=now,
    )
    return Rendered(
        subject=made.subject,
        text=made.text,
        html=made.html,
        sender_name=made.sender_name,
        reply_to=made.reply_to,
    )
