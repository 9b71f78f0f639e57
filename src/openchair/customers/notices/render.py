"""Writes a salon's notice to a customer, in the salon's look, when the post office sends it."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.notices.put import NOTICE
from openchair.notifications.errors import Outdated
from openchair.notifications.mails.fill import fill_html, fill_text
from openchair.notifications.mails.view import (
    Link,
    MailView,
    contact_links,
    greeting,
    home_link,
    unsubscribe_link,
)
from openchair.notifications.rendering import Message, Rendered, register
from openchair.notifications.templates.rules import fill
from openchair.platform.languages.catalogues import Words, words_for
from openchair.salons.branding.brand import Brand, read_brand
from openchair.salons.queries import Salon, get_salon_by_id

FOLDER = Path(__file__).parent
DOMAIN = "mails"
PREVIEW_LETTERS = 120


def register_notices() -> None:
    """Let the post office write notices; called when a process starts."""
    register(NOTICE, render_notice)


async def render_notice(session: AsyncSession, message: Message, now: datetime) -> Rendered:  # noqa: ARG001 -- every renderer is called alike
    """The notice. Raises `Outdated` when the customer is no longer on file."""
    name = await session.scalar(
        text("SELECT name FROM customers WHERE salon_id = :salon_id AND id = :id"),
        {"salon_id": message.salon_id, "id": UUID(message.data["customer_id"])},
    )
    if name is None:
        raise Outdated("the customer is no longer on file")
    salon = await get_salon_by_id(session, salon_id=message.salon_id)
    return notice_message(message, salon=salon, name=name)


def notice_message(message: Message, *, salon: Salon, name: str) -> Rendered:
    """The notice to a customer of this name, as a mail or an SMS."""
    brand = read_brand(name=salon.name, brand=salon.brand)
    language = message.language if message.language in salon.languages else salon.default_language
    words = words_for(domain=DOMAIN, language=language, tone=brand.tone)
    values = {"client": name, "salon": salon.name}
    if message.channel == "sms":
        return Rendered(
            subject="",
            text=_sms(message, words=words, salon=salon, values=values),
            html="",
            sender_name=salon.name,
            reply_to=None,
        )
    view = _view(message, words=words, salon=salon, brand=brand, values=values)
    return Rendered(
        subject=view.subject,
        text=fill_text("notice.txt", folder=FOLDER, view=view),
        html=fill_html("notice.mjml", folder=FOLDER, brand=brand, view=view),
        sender_name=salon.name,
        reply_to=salon.email or None,
    )


def _view(
    message: Message, *, words: Words, salon: Salon, brand: Brand, values: dict[str, Any]
) -> MailView:
    subject = fill(message.data["subject"] or "", values)
    lead = fill(message.data["body"], values)
    why = (
        words.text("You get this mail because you agreed to news from {salon}.", salon=salon.name)
        if message.category == "marketing"
        else words.text("You get this mail as a client of {salon}.", salon=salon.name)
    )
    return MailView(
        language=words.language,
        brand=brand,
        salon=salon.name,
        subject=subject,
        greeting=greeting(words, values["client"]),
        headline=subject,
        lead=lead,
        preview=" ".join(lead.split())[:PREVIEW_LETTERS],
        footer=(why,),
        contact=contact_links(salon),
        home=home_link(salon, language=words.language),
        unsubscribe=_unsubscribe(message, words),
    )


def _sms(message: Message, *, words: Words, salon: Salon, values: dict[str, Any]) -> str:
    said = f"{salon.name}: {fill(message.data['body'], values)}"
    link = _unsubscribe(message, words)
    return f"{said}\n{words.text('No more: {link}', link=link.url)}" if link else said


def _unsubscribe(message: Message, words: Words) -> Link | None:
    return unsubscribe_link(
        words,
        salon_id=message.salon_id,
        channel=message.channel,
        recipient=message.recipient,
        category=message.category,
    )
