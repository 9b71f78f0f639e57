"""Writes the mail of an invitation, in the salon's look and the language that was chosen for it,
when the post office sends it.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.invitations.invite import KIND
from openchair.identity.invitations.queries import Invitation, get_invitation
from openchair.identity.invitations.rules import link_of, token_hash, token_of
from openchair.notifications.errors import Outdated
from openchair.notifications.mails.fill import fill_html, fill_text
from openchair.notifications.mails.view import Link, MailView, contact_links, home_link
from openchair.notifications.rendering import Message, Rendered, register
from openchair.platform.errors import NotFound
from openchair.platform.languages.catalogues import Words, words_for
from openchair.platform.languages.formats import formats_for
from openchair.salons.branding.brand import Brand, read_brand
from openchair.salons.queries import Salon, get_salon_by_id

FOLDER = Path(__file__).parent
DOMAIN = "mails"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationMail(MailView):
    """One invitation: the button that joins, and until when it works."""

    join: Link
    until: str


def register_invitations() -> None:
    """Let the post office write invitations; called when a process starts."""
    register(KIND, render_invitation)


async def render_invitation(session: AsyncSession, message: Message, now: datetime) -> Rendered:
    """The mail. Raises `Outdated` when the invitation was used, taken back or sent again."""
    try:
        found = await get_invitation(
            session,
            salon_id=message.salon_id,
            invitation_id=UUID(message.data["invitation_id"]),
        )
    except NotFound:
        raise Outdated("the invitation is no longer there") from None
    token = token_of(found.id, found.expires_at)
    if found.state(now) != "open" or token_hash(token) != found.token_hash:
        raise Outdated("the invitation no longer counts")
    salon = await get_salon_by_id(session, salon_id=message.salon_id)
    return invitation_message(message, found=found, salon=salon, link=link_of(token))


def invitation_message(message: Message, *, found: Invitation, salon: Salon, link: str) -> Rendered:
    """The mail with this link."""
    brand = read_brand(name=salon.name, brand=salon.brand)
    words = words_for(domain=DOMAIN, language=message.language, tone=brand.tone)
    view = _view(found, salon=salon, brand=brand, words=words, link=link)
    return Rendered(
        subject=view.subject,
        text=fill_text("invitation.txt", folder=FOLDER, view=view),
        html=fill_html("invitation.mjml", folder=FOLDER, brand=brand, view=view),
        sender_name=salon.name,
        reply_to=salon.email or None,
    )


def _view(
    found: Invitation, *, salon: Salon, brand: Brand, words: Words, link: str
) -> InvitationMail:
    formats = formats_for(
        language=words.language,
        country=salon.location.country,
        time_zone=salon.time_zone,
        currency=salon.currency,
    )
    say = words.text
    lead = (
        say("{name} invites you to the team of {salon}.", name=found.invited_by, salon=salon.name)
        if found.invited_by
        else say("You are invited to the team of {salon}.", salon=salon.name)
    )
    role = {
        "owner": say("You will be an owner there."),
        "manager": say("You will be a manager there."),
        "staff": say("You will be a stylist there."),
        "receptionist": say("You will work at the reception there."),
    }[found.role]
    return InvitationMail(
        language=words.language,
        brand=brand,
        salon=salon.name,
        subject=say("Your invitation to the team of {salon}", salon=salon.name),
        greeting=say("Hello"),
        headline=say("Join the team"),
        lead=f"{lead} {role}",
        preview=lead,
        join=Link(label=say("Join the team"), url=link),
        until=say(
            "The link works once, until {when}.", when=formats.date_and_time(found.expires_at)
        ),
        footer=(
            say("You did not expect this mail? Then you need do nothing: nobody gets in with it."),
        ),
        contact=contact_links(salon),
        home=home_link(salon, language=_salon_language(salon, words.language)),
    )


def _salon_language(salon: Salon, language: str) -> str:
    return language if language in salon.languages else salon.default_language
