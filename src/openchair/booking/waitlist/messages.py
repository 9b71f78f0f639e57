"""The messages of the waitlist, made when the post office sends them: you are on it, a time is
kept for you, that time is gone. What is queued and when stands in `tell.py`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.occasion import message_language
from openchair.booking.appointments.texts.sms import PLAIN
from openchair.booking.catalogue.queries import get_catalogue
from openchair.booking.waitlist.mails.view import FOLDER, HTML, TEXT, Subject, mail_view, sms_text
from openchair.booking.waitlist.queries import Entry, Offer, get_entry, offers_of
from openchair.booking.waitlist.tell import GONE, JOINED, OFFERED
from openchair.notifications.errors import Outdated
from openchair.notifications.mails.fill import fill_html, fill_text
from openchair.notifications.rendering import Message, Rendered, register
from openchair.platform.errors import NotFound
from openchair.salons.queries import Salon, get_salon_by_id

KINDS = (JOINED, OFFERED, GONE)


def register_waitlist_mails() -> None:
    """Let the post office write them; called when a process starts."""
    for kind in KINDS:
        register(kind, render_message)


async def render_message(session: AsyncSession, message: Message, now: datetime) -> Rendered:
    """The message as it is true at `now`. Raises `Outdated` when it no longer is."""
    try:
        entry = await get_entry(
            session, salon_id=message.salon_id, entry_id=UUID(message.data["entry_id"])
        )
    except NotFound as gone:
        raise Outdated("nobody waits there any more") from gone
    offer = await _offer(session, message, entry)
    _still_true(message, entry, offer, now)
    salon = await get_salon_by_id(session, salon_id=message.salon_id)
    catalogue = await get_catalogue(session, salon_id=salon.id)
    about = Subject(
        kind=message.kind,
        salon=salon,
        language=message_language(message, salon),
        entry=entry,
        offer=offer,
        token=str(message.data.get("token", "")),
        catalogue=catalogue,
    )
    return waitlist_message(about, channel=message.channel, salon=salon)


def waitlist_message(about: Subject, *, channel: str, salon: Salon) -> Rendered:
    """The mail or the SMS."""
    if channel == "sms":
        return Rendered(
            subject="",
            text=sms_text(about).translate(PLAIN),
            html="",
            sender_name=salon.name,
            reply_to=None,
        )
    view = mail_view(about)
    return Rendered(
        subject=view.subject,
        text=fill_text(TEXT, folder=FOLDER, view=view),
        html=fill_html(HTML, folder=FOLDER, brand=view.brand, view=view),
        sender_name=salon.name,
        reply_to=salon.email or None,
    )


async def _offer(session: AsyncSession, message: Message, entry: Entry) -> Offer | None:
    if message.kind == JOINED:
        return None
    wanted = UUID(message.data["offer_id"])
    made = await offers_of(session, salon_id=message.salon_id, entry_id=entry.id)
    return next((each for each in made if each.id == wanted), None)


def _still_true(message: Message, entry: Entry, offer: Offer | None, now: datetime) -> None:
    if message.kind == JOINED and entry.status not in {"waiting", "offered"}:
        raise Outdated(f"the entry is {entry.status} by now")
    if message.kind == JOINED:
        return
    if offer is None:
        raise Outdated("the offer is no longer there")
    if message.kind == OFFERED and (offer.status != "open" or offer.expires_at <= now):
        raise Outdated("the offer is over")
