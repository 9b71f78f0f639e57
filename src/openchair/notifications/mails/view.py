"""What every mail of a salon says besides its own subject: who writes, and how to end it. Pure.

Called by the rooms' own views (`booking/appointments/mails/view.py`, `customers/notices`).
"""

from dataclasses import dataclass
from uuid import UUID

from openchair.notifications.unsubscribe import unsubscribe_url
from openchair.platform.languages.catalogues import Words
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.salons.branding.brand import Brand
from openchair.salons.queries import Salon

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a button or link says, and where it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """What the parts that all mails share show, in one language; a mail that says more adds to it.

    `salon` is who writes, `lead` the text under the headline, line by line, and `preview` what
    inboxes show beside the subject.
    """

    language: str
    brand: Brand
    salon: str
    subject: str
    preview: str
    greeting: str
    headline: str
    lead: str
    footer: tuple[str, ...]
    home: Link
    contact: tuple[Link, ...] = ()
    unsubscribe: Link | None = None


def greeting(words: Words, name: str) -> str:
    """The client by name; a very long name is cut."""
    stripped = name.strip()
    short = stripped if len(stripped) <= LONGEST_NAME else f"{stripped[: LONGEST_NAME - 1]}…"
    return words.text("Hello {name}", name=short)


def salon_link(salon: Salon, *, language: str) -> str:
    """The salon's home page in `language`."""
    return f"{load(InstallationSettings).address}/{salon.slug}/{language}"


def home_link(salon: Salon, *, language: str) -> Link:
    """The salon's name, leading to its home page."""
    return Link(label=salon.name, url=salon_link(salon, language=language))


def contact_links(salon: Salon) -> tuple[Link, ...]:
    """The salon's phone and mail address, those it has."""
    phone = Link(label=salon.phone, url="tel:" + "".join(salon.phone.split()))
    mail = Link(label=salon.email, url=f"mailto:{salon.email}")
    return tuple(link for link in (phone, mail) if link.label)


def unsubscribe_link(
    words: Words, *, salon_id: UUID, channel: str, recipient: str, category: str
) -> Link | None:
    """How to get no more of these; None for what one cannot unsubscribe from."""
    url = unsubscribe_url(
        salon_id=salon_id,
        channel=channel,
        recipient=recipient,
        category=category,
        language=words.language,
    )
    if url is None:
        return None
    if category == "reminder":
        return Link(label=words.text("No more reminders"), url=url)
    return Link(label=words.text("Unsubscribe"), url=url)
